import type { ByteWindow } from './byte-window.ts'
import { afterSegment, hasLength, isFrame } from './jpeg-markers.ts'

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
const markerStart = Uint8Array.of(0xff)
const endOfImage = Uint8Array.of(0xff, 0xd9)

/**
 * Walks over the segments of a JPEG. Of one whose first scan is its only one, which is what cameras write, nothing
 * behind it is read but the end.
 *
 * @see ITU-T T.81 §B.1.1 (markers, segments), §B.2 (frames, scans)
 */
export function surveyJpeg(bytes: ByteWindow): JpegSurvey {
  let frame = { marker: 0, components: 0 }
  for (let at = 2; at < bytes.byteSize; ) {
    const marker = bytes.byteAt(at) === 0xff ? bytes.byteAt(at + 1) : -1
    if (marker === 0xda) {
      const isOnly = baselineFrames.includes(frame.marker) && bytes.byteAt(at + 4) >= frame.components
      return { isTruncated: isTruncated(bytes, at), scans: isOnly ? 1 : countScans(bytes, at) }
    }
    if (isFrame(marker)) frame = { marker, components: bytes.byteAt(at + 9) }
    at = hasLength(marker) ? afterSegment(bytes, at) : at + 1 // as libjpeg skips what is no marker (B118)
  }
  return { isTruncated: true, scans: 0 }
}

/** The end of an embedded thumbnail does not count, as it stands before the scan; coded data cannot hold one. */
function isTruncated(bytes: ByteWindow, scanAt: number): boolean {
  // Nearly always there, which spares reading all of a large file.
  const tailAt = Math.max(scanAt, bytes.byteSize - 1024)
  return bytes.indexOf(endOfImage, tailAt) < 0 && bytes.indexOf(endOfImage, scanAt) < 0
}

function countScans(bytes: ByteWindow, firstAt: number): number {
  let scans = 0
  for (let at = firstAt; at >= 0 && scans <= maxJpegScans; ) {
    const marker = bytes.byteAt(at + 1)
    if (marker === 0xd9) break
    if (marker === 0xda) scans += 1
    // In coded data 0xff is followed by 0; restarts have no length.
    at = bytes.indexOf(markerStart, hasLength(marker) ? afterSegment(bytes, at) : at + 1)
  }
  return scans
}
