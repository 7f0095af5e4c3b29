import type { PhotoFormat } from '@tintype/contract'
import { readAvif } from './avif/avif.ts'
import type { ByteReader } from './byte-reader.ts'
import { readGif } from './gif.ts'
import { readJpeg } from './jpeg.ts'
import { readPng } from './png.ts'
import type { ImageStructure } from './types.ts'
import { readWebp } from './webp.ts'

const readers = {
  jpeg: readJpeg,
  png: readPng,
  gif: readGif,
  webp: readWebp,
  avif: readAvif,
} as const satisfies {
  readonly [Format in PhotoFormat]: (bytes: ByteReader) => Extract<ImageStructure, { format: Format }>
}

/**
 * Walks once over an image of a known format. Nothing is refused for its size, and nothing is decoded.
 *
 * @throws RangeError if the structure is too damaged to walk over
 * @throws ScanBudgetExceeded
 */
export function readStructure(bytes: ByteReader, format: PhotoFormat): ImageStructure {
  return readers[format](bytes)
}
