import type { PhotoFormat } from '@tintype/contract'
import { type AvifExtent, measureAvif } from './avif.ts'
import { boxCode, boxType } from './boxes.ts'
import { type ByteWindow, littleEndianAt } from './byte-reader.ts'
import { walkGif } from './gif-blocks.ts'
import { createInflationMeter } from './png-metadata-limit.ts'
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
const iend = boxCode('IEND')

// Of what a `meta` box is made to hurt, each byte takes as long as going over so many.
const metaWork = 64

/**
 * Looks for what decoders overlook: libjpeg, libpng and libnsgif show a picture whose end marker never came,
 * libheif one whose last box is cut (B119); and for what they inflate without end. Bytes behind the end are harmless (B106).
 *
 * @throws RangeError where the `meta` box of an AVIF is malformed or beyond reason
 */
export function surveyImage(bytes: ByteWindow, format: PhotoFormat): Survey {
  if (format === 'jpeg') return surveyJpeg(bytes)
  if (format === 'png') return surveyPng(bytes)
  if (format === 'gif') return { isTruncated: isGifTruncated(bytes) }
  if (format === 'avif') return surveyAvif(bytes)
  return { isTruncated: isWebpTruncated(bytes) }
}

/** @see RFC 9649 §2.4: behind `RIFF` the size of all that follows it, little-endian */
function isWebpTruncated(bytes: ByteWindow): boolean {
  return bytes.byteSize < 8 + littleEndianAt(bytes, 4, 4)
}

/** @see PNG §5.3: length, type, data, CRC; the last chunk is IEND */
function surveyPng(bytes: ByteWindow): Survey {
  const meter = createInflationMeter(bytes.spend)
  for (let at = 8; ; ) {
    const length = bytes.uint32At(at)
    const next = at + 12 + length
    if (length < 0 || next > bytes.byteSize) return { isTruncated: true }
    const type = bytes.uint32At(at + 4)
    if (type === iend) return { isTruncated: false }
    if (meter.isMeasured(type) && !meter.admits(type, bytes.slice(at + 8, length)))
      return { isTruncated: false, isInflated: true }
    at = next
  }
}

function isGifTruncated(bytes: ByteWindow): boolean {
  const pictures = walkGif(bytes)
  let step = pictures.next()
  while (!step.done) step = pictures.next()
  return step.value.isTruncated
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
      bytes.spend(byteSize * metaWork)
      avif = measureAvif(bytes.slice(at + headerByteSize, byteSize - headerByteSize))
    }
    at += byteSize
  }
  return avif ? { isTruncated: false, avif } : { isTruncated: false }
}
