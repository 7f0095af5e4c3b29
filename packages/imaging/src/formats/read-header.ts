import { type PhotoFormat, TintypeError } from '@tintype/contract'
import type { ImageFacts, ImageLimits, ImageSource } from '../image.ts'
import { unreadable } from '../image-errors.ts'
import { turnUpright } from '../metadata/exif.ts'
import { readTakenAt } from '../metadata/taken-at.ts'
import { type ByteReader, type ByteReaderOptions, openByteReader } from './byte-reader.ts'
import { assertDecodable, assertWithinLimits, pixelLimit } from './check-limits.ts'
import { identify, identifyByteSize } from './identify.ts'
import { readStructure } from './read-structure.ts'
import type { ImageHeader, ImageStructure } from './types.ts'

/** How a header is read. */
export interface ReadHeaderOptions extends ByteReaderOptions {
  readonly limits: ImageLimits
  /** What `identify` returned for the first bytes. If omitted, it is called. */
  readonly format?: PhotoFormat | undefined
}

/**
 * Walks once over an image without decoding it, and refuses it if it is too large, incomplete, or dangerous to its
 * decoder (B121–B126). Whether it decodes is unknown after this.
 *
 * @throws TOO_MANY_PIXELS with `limit`, and with `width`, `height`, `frames` and `pixels` as far as they are known
 * @throws UNREADABLE_IMAGE if header or structure are damaged, or if the file ends before its structure does
 * @throws NOT_AN_IMAGE if the format is not accepted
 * @throws ScanBudgetExceeded if `scanBudget` is used up
 */
export function readHeader(source: ImageSource, options: ReadHeaderOptions): ImageHeader {
  const { limits, scanBudget } = options
  using bytes = openByteReader(source, { scanBudget })
  const format = options.format ?? identify(bytes.slice(0, identifyByteSize))
  if (!format) throw new TintypeError('NOT_AN_IMAGE', 'The file is not an image in an accepted format')
  const structure = readStructureOf(bytes, format)
  const stored = assertDecodable(structure)
  const size = format === 'avif' ? stored : turnUpright(stored, structure.exif)
  assertWithinLimits(structure, size, limits)
  return {
    ...size,
    format,
    maxPixels: pixelLimit(format, limits),
    exif: structure.exif,
    exifForDates: structure.exifForDates,
    xmp: structure.xmp,
    photoshop: structure.photoshop,
    patches: structure.patches ?? [],
    isEndMissing: structure.isEndMissing ?? false,
    colours: structure.colours,
    frame: structure.format === 'gif' ? structure.frame : undefined,
    turn: structure.format === 'avif' ? structure.turn : undefined,
  }
}

/**
 * Reads an image's facts from its header, with an empty placeholder. An image whose end is not marked is refused: only its
 * pixels could show that it is complete. Arguments and result can be structured-cloned: a
 * child process may run this.
 *
 * @throws the same as `readHeader`
 */
export function readFacts(source: ImageSource, options: ReadHeaderOptions): ImageFacts {
  const header = readHeader(source, options)
  const { width, height, format, isEndMissing } = header
  if (isEndMissing) throw unreadable(format, 'ends too early')
  return { width, height, takenAt: readTakenAt(header), placeholder: '' }
}

function readStructureOf(bytes: ByteReader, format: PhotoFormat): ImageStructure {
  try {
    return readStructure(bytes, format)
  } catch (error) {
    if (error instanceof RangeError) throw unreadable(format, 'is damaged', error)
    throw error
  }
}
