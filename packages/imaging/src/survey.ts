import type { PhotoFormat } from '@tintype/contract'
import { type AvifExtent, measureAvif } from './avif-extent.ts'
import { boxType } from './boxes.ts'
import type { ByteWindow } from './byte-window.ts'
import { createInflationMeter } from './inflation-meter.ts'
import { surveyJpeg } from './survey-jpeg.ts'

/** What walking over a file's structure shows, without decoding anything. */
export interface Survey {
  /** Whether the file ends before its structure does. */
  readonly isTruncated: boolean
  /** Whether its compressed metadata inflates beyond reason. */
  readonly isInflated?: boolean
  /** Scans of a JPEG that are decoded; more than `maxJpegScans` are not counted. */
  readonly scans?: number
  /** Of an AVIF whose `meta` box could be found. */
  readonly avif?: AvifExtent
}

// The largest seen in the wild is 40 KB, of a grid with hundreds of tiles.
const maxMetaByteSize = 1024 * 1024
const maxTopLevelBoxes = 1000

/**
 * Looks for what decoders overlook: libjpeg, libpng and libnsgif show a picture whose end marker never came,
 * libheif one whose last box is cut (B119); and for what they inflate without end. A WebP shorter than its
 * header says is refused by its decoder, so nothing is looked for here. Bytes behind the end are harmless (B106).
 *
 * @throws RangeError where the `meta` box of an AVIF is malformed or beyond reason
 */
export function surveyImage(bytes: ByteWindow, format: PhotoFormat): Survey {
  if (format === 'jpeg') return surveyJpeg(bytes)
  if (format === 'png') return surveyPng(bytes)
  if (format === 'gif') return { isTruncated: isGifTruncated(bytes) }
  if (format === 'avif') return surveyAvif(bytes)
  return { isTruncated: false }
}

/** @see PNG §5.3: length, type, data, CRC; the last chunk is IEND */
function surveyPng(bytes: ByteWindow): Survey {
  const meter = createInflationMeter()
  for (let at = 8; ; ) {
    const length = bytes.uint32At(at)
    const next = at + 12 + length
    if (length < 0 || next > bytes.byteSize) return { isTruncated: true }
    const type = boxType(bytes.uint32At(at + 4))
    if (type === 'IEND') return { isTruncated: false }
    if (meter.isMeasured(type) && !meter.admits(type, bytes.slice(at + 8, length)))
      return { isTruncated: false, isInflated: true }
    at = next
  }
}

/** @see GIF89a §18–§27: screen descriptor, then images (0x2c) and extensions (0x21) in sub-blocks until 0x3b */
function isGifTruncated(bytes: ByteWindow): boolean {
  let at = 13 + colorTableByteSize(bytes.byteAt(10))
  for (;;) {
    const introducer = bytes.byteAt(at)
    if (introducer < 0) return true
    if (introducer === 0x21) at = afterSubBlocks(bytes, at + 2)
    else if (introducer === 0x2c)
      at = afterSubBlocks(bytes, at + 11 + colorTableByteSize(bytes.byteAt(at + 9)))
    // The trailer, or bytes that no decoder would go on behind.
    else return false
  }
}

function colorTableByteSize(flags: number): number {
  return flags >= 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

function afterSubBlocks(bytes: ByteWindow, start: number): number {
  let at = start
  for (let size = bytes.byteAt(at); size > 0; size = bytes.byteAt(at)) at += size + 1
  return at + 1
}

/** @see ISO/IEC 14496-12 §4.2: a size of 1 means 64 bits behind the type, of 0 until the end of the file */
function surveyAvif(bytes: ByteWindow): Survey {
  let avif: AvifExtent | undefined
  for (let at = 0, boxes = 0; at < bytes.byteSize && boxes < maxTopLevelBoxes; boxes += 1) {
    const declared = bytes.uint32At(at)
    const type = boxType(bytes.uint32At(at + 4))
    // What is none of these is trailing rubbish, not a picture cut short.
    if (!['ftyp', 'meta', 'mdat', 'free', 'skip', 'moov', 'uuid'].includes(type)) break
    const large = bytes.uint32At(at + 8) * 2 ** 32 + bytes.uint32At(at + 12)
    const byteSize = declared === 1 ? large : declared === 0 ? bytes.byteSize - at : declared
    const headerByteSize = declared === 1 ? 16 : 8
    if (byteSize < headerByteSize || at + byteSize > bytes.byteSize) return { isTruncated: true }
    if (type === 'meta') {
      if (avif || byteSize > maxMetaByteSize)
        throw new RangeError('More than one meta box, or one beyond reason')
      avif = measureAvif(bytes.slice(at + headerByteSize, byteSize - headerByteSize))
    }
    at += byteSize
  }
  return avif ? { isTruncated: false, avif } : { isTruncated: false }
}
