import type { UploadSnapshot, UploadTotals } from '@tintype/client/queue'
import { formatByteSize } from '@tintype/client/words'
import { formatDuration } from '../format-time.ts'
import { text } from '../strings.ts'

/** What the tray says of all files together. */
export function describeTray({
  totals: { count, stored, skipped, failed, bytesPerSecond, secondsLeft },
  status,
  isOnline,
}: Pick<UploadSnapshot, 'status'> & {
  readonly totals: Omit<UploadTotals, 'sentBytes' | 'totalBytes'>
  readonly isOnline: boolean
}): {
  readonly title: string
  readonly details: string
} {
  const files = (many: number) => (many === 1 ? '1 photo' : `${many} photos`)
  if (status === 'idle') {
    const held = skipped > 0 ? text.tray.heldCount(skipped) : ''
    if (failed === 0 && stored === 0 && skipped > 0) return { title: text.tray.allHeld(skipped), details: '' }
    const uploaded = `${files(stored)} uploaded`
    if (failed === 0) return { title: uploaded, details: held }
    const details = [stored > 0 ? uploaded : '', held].filter(Boolean).join(', ')
    return { title: `${files(failed)} could not be uploaded`, details }
  }
  const title = `Uploading ${stored} of ${count - failed - skipped}`
  if (!isOnline) return { title: 'You are offline.', details: 'Uploads continue when you are back.' }
  if (status === 'waiting') return { title, details: 'Waiting for the server' }
  if (!bytesPerSecond) return { title, details: '' }
  const left = secondsLeft === undefined ? '' : `, ${formatDuration(secondsLeft)} left`
  return { title, details: `${formatByteSize(bytesPerSecond)} per second${left}` }
}
