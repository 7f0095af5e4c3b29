import type { BrokenBlob } from '@tintype/photos'
import type { Output } from '../command-context.ts'
import { formatProblem } from '../format-finding.ts'
import { createProgressLine, formatByteSize } from '../progress-line.ts'

/** What a move shows, and what it found. */
export interface MoveReport extends Disposable {
  /** Photos whose originals are broken at the source. */
  readonly brokenPhotos: () => number
  readonly brokenRenditions: () => number
  readonly onBroken: (broken: BrokenBlob) => void
  readonly onCopied: (byteSize: number) => void
  /** Adds photos that are done, and shows how far the move is. */
  advance(photos: number): void
  /** Writes a line. */
  say(line: string): void
}

/** @param total photos at the source when the move began */
export function createMoveReport(stderr: Output, total: number): MoveReport {
  const line = createProgressLine(stderr)
  const startedAtMs = performance.now()
  const broken = new Map<string, BrokenBlob>()
  const count = (subject: BrokenBlob['subject']) =>
    [...broken.values()].filter((one) => one.subject === subject).length
  let photos = 0
  let byteSize = 0

  function say(text: string): void {
    line.clear()
    stderr.write(`${text}\n`)
  }

  return {
    brokenPhotos: () => count('original'),
    brokenRenditions: () => count('rendition'),
    onBroken(one) {
      if (broken.has(one.key)) return
      broken.set(one.key, one)
      say(`${one.subject} ${one.key}: ${formatProblem(one.problem)}; not copied`)
    },
    onCopied(bytes) {
      byteSize += bytes
    },
    advance(more) {
      photos = Math.min(photos + more, total)
      const seconds = (performance.now() - startedAtMs) / 1000
      const rate = `${formatByteSize(Math.round(byteSize / Math.max(seconds, 0.1)))}/s`
      line.show(
        () =>
          `Moving: ${photos} of ${total} photos, ${formatByteSize(byteSize)}, ${rate}, ${total - photos} left`,
      )
    },
    say,
    [Symbol.dispose]: () => line.clear(),
  }
}
