import { readFile, writeFile } from 'node:fs/promises'
import { TintypeError } from '@tintype/contract'
import { readHeader } from '../formats/read-header.ts'
import type { ImageLimits, ImageSource, RawImage, RawImageFile, Size } from '../image.ts'
import { decodeAtSize, toRawImage } from './decode-at-size.ts'
import { loadSharp } from './load-sharp.ts'

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
 * Decodes an image, once, into a file from which any decoder can make renditions and smaller such files. Arguments and
 * result can be structured-cloned: a child process runs this.
 *
 * @throws TOO_MANY_PIXELS, UNREADABLE_IMAGE, NOT_AN_IMAGE, INTERNAL, OVERLOADED
 */
export async function decodeToFile(
  source: ImageSource | RawImageFile,
  { target, limits }: DecodeToFileOptions,
): Promise<RawImageFile> {
  const { path, size } = target
  const { data, ...facts } = await decode(source, { size, limits })
  try {
    await writeFile(path, data)
  } catch (error) {
    throw new TintypeError('INTERNAL', 'The decoded pixels could not be written', { cause: error })
  }
  return { ...facts, path }
}

async function decode(
  source: ImageSource | RawImageFile,
  { size, limits }: { readonly size: Size; readonly limits: ImageLimits },
): Promise<RawImage> {
  if (!('channels' in source)) return decodeAtSize(source, { header: readHeader(source, { limits }), size })
  const sharp = await loadSharp()
  const { data, ...raw } = await readRawImage(source)
  return toRawImage(sharp(data, { raw }), size)
}

/** @throws INTERNAL if its owner has removed the file */
export async function readRawImage({ path, ...facts }: RawImageFile): Promise<RawImage> {
  try {
    return { ...facts, data: await readFile(path) }
  } catch (error) {
    throw new TintypeError('INTERNAL', 'The decoded pixels could not be read', { cause: error })
  }
}
