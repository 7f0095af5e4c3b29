import type { PhotoFormat } from '@tintype/contract'
import type { Size } from '../image.ts'
import type { ByteWindow } from './byte-reader.ts'
import { readGifHeader } from './gif.ts'
import { readJpegHeader } from './jpeg.ts'
import { readPngHeader } from './png.ts'
import { readWebpHeader } from './webp.ts'

/** What an image's own header says of it. Size as stored: EXIF may turn it. */
export interface StoredHeader extends Size {
  /** Pictures that are counted: those of an animation, otherwise 1. */
  readonly frames: number
  readonly exif?: Uint8Array | undefined
}

const readers = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  gif: readGifHeader,
  webp: readWebpHeader,
} as const satisfies Record<Exclude<PhotoFormat, 'avif'>, (bytes: ByteWindow) => StoredHeader | undefined>

/**
 * Reads a header without decoding anything; `undefined` where there is none or a side of it is 0. Of AVIF, whose
 * size stands in its boxes, `measureAvif` tells.
 */
export function readStoredHeader(
  bytes: ByteWindow,
  format: Exclude<PhotoFormat, 'avif'>,
): StoredHeader | undefined {
  const header = readers[format](bytes)
  return header && header.width > 0 && header.height > 0 ? header : undefined
}
