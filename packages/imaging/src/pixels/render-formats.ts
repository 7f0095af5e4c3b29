import { fitInside } from '../fit-box.ts'
import { readHeader } from '../formats/read-header.ts'
import type { FormatsTarget, ImageLimits, ImageSource, RenderedImage } from '../image.ts'
import { decodeAtSize } from './decode-at-size.ts'
import { renderRaw } from './render-image.ts'
import { uprightSize } from './upright-size.ts'

/** How an image is rendered in several formats. */
export interface RenderFormatsOptions {
  readonly target: FormatsTarget
  readonly limits: ImageLimits
}

/**
 * Makes a smaller image in several formats from one decode. Each has the bytes that `renderImage` makes. Arguments and result can
 * be structured-cloned: a child process runs this.
 *
 * @returns one image for each format, in their order
 * @throws TOO_MANY_PIXELS, UNREADABLE_IMAGE, NOT_AN_IMAGE, INTERNAL, OVERLOADED
 */
export async function renderFormats(
  source: ImageSource,
  { target: { width, formats }, limits }: RenderFormatsOptions,
): Promise<RenderedImage[]> {
  const header = readHeader(source, { limits })
  const size = fitInside(await uprightSize(source, header), { width })
  const pixels = await decodeAtSize(source, { header, size })
  const rendered: RenderedImage[] = []
  // One after the other: a decoder uses one core.
  for (const format of formats) rendered.push(await renderRaw(pixels, { width, fit: 'inside', format }))
  return rendered
}
