import { readFile, writeFile } from 'node:fs/promises'
import { TintypeError } from '@tintype/contract'
import { readHeader } from '../formats/read-header.ts'
import type { ImageLimits, ImageSource, RawImage, RawImageFile, Size } from '../image.ts'
import { decodeAtSize } from './decode-at-size.ts'

/** The file that pixels are written to, and their size. */
export interface RawFileTarget {
  /** Of a file that exists. */
  readonly path: string
  /** Not larger than the source. The caller keeps the proportions. */
  readonly size: Size
}

/** How an image is decoded to a file. */
export interface DecodeToFileOptions {
  readonly target: RawFileTarget
  readonly limits: ImageLimits
}

/**
 * Decodes an image into a file from which any decoder can make renditions of this size. As WebP and AVIF they have the bytes
 * that `renderImage` makes of the original. Arguments and result can be structured-cloned: a child process runs this.
 *
 * @throws TOO_MANY_PIXELS, UNREADABLE_IMAGE, NOT_AN_IMAGE, INTERNAL, OVERLOADED
 */
export async function decodeToFile(
  source: ImageSource,
  { target, limits }: DecodeToFileOptions,
): Promise<RawImageFile> {
  const { path, size } = target
  const header = readHeader(source, { limits })
  const { data, ...facts } = await decodeAtSize(source, { header, size })
  try {
    await writeFile(path, data)
  } catch (error) {
    throw new TintypeError('INTERNAL', 'The decoded pixels could not be written', { cause: error })
  }
  return { ...facts, path }
}

/** @throws INTERNAL if its owner has removed the file */
export async function readRawImage({ path, ...facts }: RawImageFile): Promise<RawImage> {
  try {
    return { ...facts, data: await readFile(path) }
  } catch (error) {
    throw new TintypeError('INTERNAL', 'The decoded pixels could not be read', { cause: error })
  }
}
