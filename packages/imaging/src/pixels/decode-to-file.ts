import { readFile, writeFile } from 'node:fs/promises'
import { TintypeError } from '@tintype/contract'
import { readHeader } from '../formats/read-header.ts'
import type { ImageLimits, ImageSource, PixelFile, PreviewPixels, Size } from '../image.ts'
import { decodeAtSize, readPixels } from './decode-at-size.ts'
import { loadSharp } from './load-sharp.ts'

/** Where pixels go, and how many. */
export interface UnpackTarget {
  /** Of a file that exists. */
  readonly path: string
  /** Not larger than the source; the proportions are the caller's care. */
  readonly size: Size
}

/** What `unpackImage` is told besides the image. */
export interface UnpackOptions {
  readonly target: UnpackTarget
  readonly limits: ImageLimits
}

/**
 * Decodes an image, once, into a file that any decoder can make renditions and smaller such files from.
 * Arguments and result can be structured-cloned: this is what a child process runs.
 *
 * @throws TOO_MANY_PIXELS, UNREADABLE_IMAGE, NOT_AN_IMAGE, INTERNAL, OVERLOADED
 */
export async function unpackImage(
  source: ImageSource | PixelFile,
  { target, limits }: UnpackOptions,
): Promise<PixelFile> {
  const { path, size } = target
  const { data, ...facts } = await unpack(source, { size, limits })
  try {
    await writeFile(path, data)
  } catch (error) {
    throw new TintypeError('INTERNAL', 'The pixels cannot be kept', { cause: error })
  }
  return { ...facts, path }
}

async function unpack(
  source: ImageSource | PixelFile,
  { size, limits }: { readonly size: Size; readonly limits: ImageLimits },
): Promise<PreviewPixels> {
  if (!('channels' in source)) return decodeAtSize(source, { header: readHeader(source, { limits }), size })
  const sharp = await loadSharp()
  const { data, ...raw } = await readPixelFile(source)
  return readPixels(sharp(data, { raw }), size)
}

/** @throws INTERNAL where its owner has removed it */
export async function readPixelFile({ path, ...facts }: PixelFile): Promise<PreviewPixels> {
  try {
    return { ...facts, data: await readFile(path) }
  } catch (error) {
    throw new TintypeError('INTERNAL', 'The pixels cannot be read', { cause: error })
  }
}
