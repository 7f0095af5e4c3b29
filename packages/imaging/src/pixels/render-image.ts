import { TintypeError } from '@tintype/contract'
import { coveringSize, planBox } from '../fit-box.ts'
import { readHeader } from '../formats/read-header.ts'
import type { ImageLimits, ImageSource, RawImage, RenderedImage, RenderTarget, Size } from '../image.ts'
import { toDecodeFailure } from '../image-errors.ts'
import { decodeAtSize } from './decode-at-size.ts'
import { encodeAs } from './encode-as.ts'
import { loadSharp, type SharpPipeline } from './load-sharp.ts'
import { openImage } from './open-image.ts'
import { uprightSize } from './upright-size.ts'

/** How an image is rendered. */
export interface RenderOptions {
  readonly target: RenderTarget
  readonly limits: ImageLimits
}

/**
 * Makes a smaller image: upright, in sRGB, without metadata, the same bytes for the same arguments (B142).
 * Arguments and result can be structured-cloned: a child process runs this.
 *
 * @throws TOO_MANY_PIXELS, UNREADABLE_IMAGE, NOT_AN_IMAGE, INTERNAL, OVERLOADED
 */
export async function renderImage(
  source: ImageSource,
  { target, limits }: RenderOptions,
): Promise<RenderedImage> {
  const header = readHeader(source, { limits })
  const size = await uprightSize(source, header)
  if (header.colours)
    return renderRaw(await decodeAtSize(source, { header, size: coveringSize(size, target) }), target)
  try {
    return await draw(await openImage(source, header), { size, target })
  } catch (error) {
    throw toDecodeFailure(error, header.format)
  }
}

/**
 * Makes a smaller image of decoded pixels.
 *
 * @throws INTERNAL
 */
export async function renderRaw(raw: RawImage, target: RenderTarget): Promise<RenderedImage> {
  const sharp = await loadSharp()
  const { data, width, height, channels } = raw
  try {
    return await draw(sharp(data, { raw: { width, height, channels } }), { size: raw, target })
  } catch (error) {
    // The pixels were made here, so the upload is not the cause.
    throw new TintypeError('INTERNAL', 'The pixels could not be encoded', { cause: error })
  }
}

async function draw(
  image: SharpPipeline,
  { size, target }: { readonly size: Size; readonly target: RenderTarget },
): Promise<RenderedImage> {
  const { content, isCropped, canvas } = planBox(size, target)
  const isOpaque = target.format === 'jpg'
  if (content.width !== size.width || content.height !== size.height)
    image.resize(content.width, content.height, { fit: isCropped ? 'cover' : 'fill' })
  if (isOpaque) image.flatten({ background: '#ffffff' })
  if (canvas.width > content.width || canvas.height > content.height)
    image.extend({ ...padding(content, canvas), background: isOpaque ? '#ffffff' : '#ffffff00' })
  const pixels = canvas.width * canvas.height
  const { data, info } = await encodeAs(image.toColourspace('srgb'), { ...target, pixels }).toBuffer({
    resolveWithObject: true,
  })
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return { bytes, width: info.width, height: info.height, format: target.format }
}

function padding(content: Size, canvas: Size) {
  const left = Math.floor((canvas.width - content.width) / 2)
  const top = Math.floor((canvas.height - content.height) / 2)
  const right = canvas.width - content.width - left
  const bottom = canvas.height - content.height - top
  return { left, top, right, bottom }
}
