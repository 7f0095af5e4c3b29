import { iccHeaderByteSize, readIccHeader } from '../colours/icc-header.ts'
import type { Size } from '../image.ts'
import type { ImageMetadata } from '../metadata/taken-at.ts'
import { boxCode } from './boxes.ts'
import type { ByteReader } from './byte-reader.ts'
import type { JpegStructure } from './types.ts'

/**
 * Limit for the scans of a JPEG. Encoders write 10 to 20. The decoder visits all blocks of the picture for each scan,
 * and a scan may be as small as 200 bytes (B129): 800 scans in 350 kB kept a decoder busy until its deadline, 100 scans
 * take about 2 s at 100 million pixels.
 */
export const maxJpegScans = 100

const startOfScan = 0xda
const endOfImage = 0xd9
const app1 = 0xe1
const app2 = 0xe2
const app13 = 0xed
const baselineFrames = [0xc0, 0xc1]
const progressiveFrames = [0xc2, 0xca]

/**
 * Segments with metadata, by their marker and four bytes at an offset of their data. The reader of EXIF skips its preamble
 * itself.
 *
 * @see Exif 2.32 §4.7.2; XMP specification part 3, §1.1.3; Photoshop's file formats specification
 */
const metadataKinds = [
  { name: 'exif', marker: app1, signAt: 0, sign: boxCode('Exif'), dataAt: 0 },
  {
    name: 'xmp',
    marker: app1,
    signAt: 20,
    sign: boxCode('xap/'),
    dataAt: 'http://ns.adobe.com/xap/1.0/\0'.length,
  },
  { name: 'photoshop', marker: app13, signAt: 0, sign: boxCode('Phot'), dataAt: 'Photoshop 3.0\0'.length },
] as const

/** A profile, or a part of one, by its first four bytes. @see ICC.1:2022 §B.4 */
const profileSign = boxCode('ICC_')
const profilePartAt = 'ICC_PROFILE\0'.length
const profileAt = profilePartAt + 2

const endMarkers = Uint8Array.from({ length: 256 }, (_, marker) => (marker === endOfImage ? 1 : 0))
const segmentMarkers = endMarkers.map((isEnd, marker) => (isEnd || hasLength(marker) ? 1 : 0))

/**
 * Walks over the segments of a JPEG: the first frame header, the first EXIF segment, the scans and the end. If the
 * first scan is the only one, as in a camera's files, the rest is not read except for its end. If only the end is
 * missing, as in some phones' panoramas, it is written for the decoder, which judges the pixels.
 *
 * @see ITU-T T.81 §B.1.1 (markers, segments), §B.2 (frames, scans); Exif 2.32 §4.7.2
 */
export function readJpeg(bytes: ByteReader): JpegStructure {
  const metadata: { -readonly [Key in keyof ImageMetadata]: ImageMetadata[Key] } = {}
  let frame: Frame | undefined
  let profileSpace: string | undefined
  for (let at = nextSegment(bytes, 2); at >= 0; at = nextSegment(bytes, afterSegment(bytes, at))) {
    const marker = bytes.byteAt(at + 1)
    if (marker === startOfScan) {
      const isGreyInRgb = frame?.components === 1 && profileSpace === 'rgb'
      const colours = isGreyInRgb ? ({ kind: 'grey profile', space: 'srgb' } as const) : undefined
      return { format: 'jpeg', size: frame?.size, ...metadata, colours, ...readScans(bytes, at, frame) }
    }
    if (isFrame(marker)) frame = readFrame(bytes, at, frame?.size)
    if (marker === app2) profileSpace ??= readProfileSpace(bytes, at)
    if (marker !== app1 && marker !== app13) continue
    const kind = metadataKinds.find(
      (one) => one.marker === marker && bytes.uint32At(at + 4 + one.signAt) === one.sign,
    )
    if (!kind) continue
    const from = at + 4 + kind.dataAt
    metadata[kind.name] ??= bytes.slice(from, Math.max(0, afterSegment(bytes, at) - from))
  }
  return { format: 'jpeg', size: frame?.size, ...metadata, isTruncated: true, scans: 0 }
}

/** The colours that a profile converts, if the segment contains the beginning of one. */
function readProfileSpace(bytes: ByteReader, at: number): string | undefined {
  const data = at + 4
  const isBeginning = bytes.uint32At(data) === profileSign && bytes.byteAt(data + profilePartAt) === 1
  return isBeginning ? readIccHeader(bytes.slice(data + profileAt, iccHeaderByteSize))?.space : undefined
}

/** What the header of a frame says. */
interface Frame {
  /** Of the first frame. */
  readonly size: Size
  readonly components: number
  readonly isBaseline: boolean
  readonly isProgressive: boolean
}

function readFrame(bytes: ByteReader, at: number, size?: Size): Frame {
  const marker = bytes.byteAt(at + 1)
  return {
    size: size ?? { width: uint16(bytes, at + 7), height: uint16(bytes, at + 5) },
    components: bytes.byteAt(at + 9),
    isBaseline: baselineFrames.includes(marker),
    isProgressive: progressiveFrames.includes(marker),
  }
}

type Scans = Pick<JpegStructure, 'isTruncated' | 'isEndMissing' | 'patches' | 'scans'>

function readScans(bytes: ByteReader, firstAt: number, frame: Frame | undefined): Scans {
  const isOnlyScan = frame?.isBaseline && bytes.byteAt(firstAt + 4) >= frame.components
  const counted = isOnlyScan ? { hasEnd: hasEnd(bytes, firstAt), scans: 1 } : countScans(bytes, firstAt)
  const isWhole = isOnlyScan || (frame && hasAllScans(bytes, firstAt, frame))
  // a program that cuts a picture off can write an end behind it
  if (counted.hasEnd) return { isTruncated: frame?.isProgressive === true && !isWhole, scans: counted.scans }
  if (!isWhole) return { isTruncated: true, scans: counted.scans }
  const patches = [{ offset: bytes.byteSize, bytes: Uint8Array.of(0xff, endOfImage) }]
  return { isTruncated: false, isEndMissing: true, patches, scans: counted.scans }
}

function countScans(
  bytes: ByteReader,
  firstAt: number,
): { readonly hasEnd: boolean; readonly scans: number } {
  let scans = 0
  let at = firstAt
  for (; at >= 0 && scans <= maxJpegScans; at = nextSegment(bytes, afterSegment(bytes, at))) {
    const marker = bytes.byteAt(at + 1)
    if (marker === endOfImage) break
    if (marker === startOfScan) scans += 1
  }
  return { hasEnd: at >= 0 || hasEndNearby(bytes, firstAt), scans }
}

/**
 * Whether the scans contain every coefficient of every component to its last bit. The decoder does not miss a scan: it
 * takes what was not sent for zero.
 *
 * @see ITU-T T.81 §B.2.3 (scan header), §G.1.1.1 (spectral selection, successive approximation)
 */
function hasAllScans(bytes: ByteReader, firstAt: number, { components, isProgressive }: Frame): boolean {
  const missing = new Set(
    Array.from({ length: components * (isProgressive ? 64 : 1) }, (_, coefficient) => coefficient),
  )
  const ids: number[] = []
  for (
    let at = firstAt, scans = 0;
    at >= 0 && scans <= maxJpegScans;
    at = nextSegment(bytes, afterSegment(bytes, at))
  ) {
    if (bytes.byteAt(at + 1) !== startOfScan) continue
    scans += 1
    const count = bytes.byteAt(at + 4)
    const parameters = at + 5 + count * 2
    const [first, last] = isProgressive ? [bytes.byteAt(parameters), bytes.byteAt(parameters + 1)] : [0, 0]
    if (isProgressive && (bytes.byteAt(parameters + 2) & 15) > 0) continue
    for (let i = 0; i < count; i += 1) {
      const id = bytes.byteAt(at + 5 + i * 2)
      if (!ids.includes(id)) ids.push(id)
      for (let k = first; k <= Math.min(last, 63); k += 1)
        missing.delete(ids.indexOf(id) * (isProgressive ? 64 : 1) + k)
    }
  }
  return missing.size === 0
}

/** Whether the image ends after a scan. The end of an embedded thumbnail stands before it, and coded data contains none. */
function hasEnd(bytes: ByteReader, scanAt: number): boolean {
  return hasEndNearby(bytes, scanAt) || bytes.findMarker(endMarkers, scanAt) >= 0
}

/** Whether the end is in the last kilobyte. It nearly always is, and then a large file need not be read. */
function hasEndNearby(bytes: ByteReader, scanAt: number): boolean {
  return bytes.findMarker(endMarkers, Math.max(scanAt, bytes.byteSize - 1024)) >= 0
}

/**
 * Offset of the next segment or the end of the image at or after `at`, or -1. Skips what libjpeg skips: junk (B118),
 * coded data, in which 0 follows 0xff, and restart markers.
 */
function nextSegment(bytes: ByteReader, at: number): number {
  return bytes.findMarker(segmentMarkers, at)
}

function afterSegment(bytes: ByteReader, at: number): number {
  if (bytes.byteAt(at + 1) === endOfImage) return at + 2
  return at + 2 + Math.max(2, uint16(bytes, at + 2))
}

/** @see ITU-T T.81 table B.1 */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

function hasLength(marker: number): boolean {
  return marker >= 0xc0 && marker < 0xff && (marker < 0xd0 || marker > 0xd9)
}

function uint16(bytes: ByteReader, at: number): number {
  return bytes.byteAt(at) * 256 + bytes.byteAt(at + 1)
}
