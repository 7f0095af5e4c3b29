import { readFile } from 'node:fs/promises'
import { TintypeError } from '@tintype/contract'
import type { ImageHeader, Patch, Rectangle } from '../formats/types.ts'
import type { ImageSource, Size } from '../image.ts'
import { loadSharp, type SharpPipeline } from './load-sharp.ts'

/**
 * Opens an image for the decoder, as viewers see it: upright, with the canvas that its first frame leaves bare.
 *
 * @throws INTERNAL if its file cannot be read; the decoder's own errors for images with bare canvas
 */
export async function openImage(source: ImageSource, header: ImageHeader): Promise<SharpPipeline> {
  const stored = await openStored(source, header)
  if (header.turn) return stored.flip(header.turn.isFlipped).rotate(header.turn.degrees)
  const image = stored.autoOrient()
  return header.frame ? await drawOnCanvas(image, header.frame, header) : image
}

/** Opens an image as it is stored. */
export async function openStored(source: ImageSource, header: ImageHeader): Promise<SharpPipeline> {
  const sharp = await loadSharp()
  return sharp(await toInput(source, header.patches), {
    // `warning` would refuse complete photographs of real cameras; `truncated` would accept broken ones (B118). If the end
    // is not marked, a warning is the only sign that blocks are missing.
    failOn: header.isEndMissing ? 'warning' : 'error',
    limitInputPixels: header.maxPixels,
    ignoreIcc: header.colours?.kind === 'described',
  })
}

/** A source in the form that the decoder accepts. */
async function toInput(source: ImageSource, patches: readonly Patch[]): Promise<Uint8Array | string> {
  if (patches.length === 0) return source instanceof Uint8Array ? source : source.path
  const stored = source instanceof Uint8Array ? source : await readOriginal(source.path)
  const end = Math.max(stored.length, ...patches.map(({ offset, bytes }) => offset + bytes.length))
  const patched = new Uint8Array(end)
  patched.set(stored)
  for (const { offset, bytes } of patches) patched.set(bytes, offset)
  return patched
}

async function readOriginal(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new TintypeError('INTERNAL', 'The stored image cannot be read', { cause: error })
  }
}

/** The decoder draws black where a frame leaves the canvas bare, and ends the canvas with the frame if it likes. */
async function drawOnCanvas(
  image: SharpPipeline,
  { left, top, width, height }: Rectangle,
  canvas: Size,
): Promise<SharpPipeline> {
  const sharp = await loadSharp()
  const bare = {
    top,
    left,
    right: canvas.width - left - width,
    bottom: canvas.height - top - height,
    background: '#00000000',
  }
  const { data, info } = await image
    .ensureAlpha()
    .extract({ left, top, width, height })
    .extend(bare)
    .raw()
    .toBuffer({ resolveWithObject: true })
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
}
