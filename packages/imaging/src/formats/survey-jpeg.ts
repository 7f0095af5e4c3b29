import type { ByteWindow } from './byte-reader.ts'
import { afterSegment, endOfImage, isFrame, nextEnd, nextSegment, startOfScan } from './jpeg-markers.ts'

/**
 * Scans that a JPEG may have. Encoders write 10, at most some 20; each makes the decoder go over all blocks of the
 * picture, though it may take no more than 200 bytes of the file (threat B129): 800 of them in 350 kB kept a decoder
 * busy until its deadline, where 100 take it about 2 s at 100 million pixels.
 */
export const maxJpegScans = 100

/** What walking over a JPEG shows. */
export interface JpegSurvey {
  /** Whether no end of image follows the first scan. */
  readonly isTruncated: boolean
  /** Scans that are decoded; more than `maxJpegScans` are not counted. */
  readonly scans: number
}

const baselineFrames = [0xc0, 0xc1]

/**
 * Walks over the segments of a JPEG. Of one whose first scan is its only one, which is what cameras write, nothing
 * behind it is read but the end.
 *
 * @see ITU-T T.81 §B.1.1 (markers, segments), §B.2 (frames, scans)
 */
export function surveyJpeg(bytes: ByteWindow): JpegSurvey {
  let frame = { marker: 0, components: 0 }
  for (let at = nextSegment(bytes, 2); at >= 0; at = nextSegment(bytes, afterSegment(bytes, at))) {
    const marker = bytes.byteAt(at + 1)
    if (marker === startOfScan) {
      const isOnly = baselineFrames.includes(frame.marker) && bytes.byteAt(at + 4) >= frame.components
      return isOnly ? { isTruncated: !hasEnd(bytes, at), scans: 1 } : surveyScans(bytes, at)
    }
    if (isFrame(marker)) frame = { marker, components: bytes.byteAt(at + 9) }
  }
  return { isTruncated: true, scans: 0 }
}

/** The end of an embedded thumbnail does not count, as it stands before the scan; coded data cannot hold one. */
function hasEnd(bytes: ByteWindow, scanAt: number): boolean {
  return endsSoon(bytes, scanAt) || nextEnd(bytes, scanAt) >= 0
}

/** Whether the end is where it nearly always is, which spares reading all of a large file. */
function endsSoon(bytes: ByteWindow, scanAt: number): boolean {
  return nextEnd(bytes, Math.max(scanAt, bytes.byteSize - 1024)) >= 0
}

function surveyScans(bytes: ByteWindow, firstAt: number): JpegSurvey {
  let scans = 0
  let at = firstAt
  for (; at >= 0 && scans <= maxJpegScans; at = nextSegment(bytes, afterSegment(bytes, at))) {
    const marker = bytes.byteAt(at + 1)
    if (marker === endOfImage) break
    if (marker === startOfScan) scans += 1
  }
  return { isTruncated: at < 0 && !endsSoon(bytes, firstAt), scans }
}
