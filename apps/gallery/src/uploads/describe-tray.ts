import type { UploadSnapshot, UploadTotals } from '@tintype/client/queue'
import { formatByteSize } from '@tintype/client/words'
import { formatDuration } from '../format-time.ts'
import { text } from '../strings.ts'

/** What the tray says of all files together. */
export function describeTray({
  totals: { count, stored, skipped, failed, bytesPerSecond, secondsLeft },
  status,
  isOnline,
  needsKey,
}: Pick<UploadSnapshot, 'status'> & {
  readonly totals: Omit<UploadTotals, 'sentBytes' | 'totalBytes'>
  readonly isOnline: boolean
  /** Whether everything waits until a key is entered. */
  readonly needsKey: boolean
}): {
  readonly title: string
  readonly details: string
} {
  if (status === 'idle') {
    const held = skipped > 0 ? text.tray.heldCount(skipped) : ''
    if (failed === 0 && stored === 0 && skipped > 0) return { title: text.tray.allHeld(skipped), details: '' }
    const uploaded = text.tray.uploaded(stored)
    if (failed === 0) return { title: uploaded, details: held }
    const details = [stored > 0 ? uploaded : '', held].filter(Boolean).join(', ')
    return { title: text.tray.allFailed(failed), details }
  }
  const title = text.tray.progress(stored, count - failed - skipped)
  if (status === 'paused') return { title, details: text.tray.paused }
  if (!isOnline) return { title: text.tray.offline, details: '' }
  if (needsKey) return { title: text.tray.needsKey, details: '' }
  if (status === 'waiting') return { title, details: text.tray.away }
  if (!bytesPerSecond) return { title, details: '' }
  const size = formatByteSize(bytesPerSecond)
  const details =
    secondsLeft === undefined
      ? text.tray.rate(size)
      : text.tray.rateAndRest(size, formatDuration(secondsLeft))
  return { title, details }
}
