import { maxSideByFormat, type RenditionFit, type RenditionFormat } from '@tintype/contract'
import type { Size } from './image.ts'

/** The part of a render target that decides its size. */
export interface BoxTarget {
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly fit: RenditionFit
  /** The format that has to hold it; any if absent. */
  readonly format?: RenditionFormat | undefined
}

/** How an image meets its box. */
export interface BoxPlan {
  /** The image after scaling and cropping, never larger than it was. */
  readonly content: Size
  /** Whether `content` keeps the image's proportions by cutting what sticks out, evenly on both sides. */
  readonly isCropped: boolean
  /** The result: larger than `content` only where it is padded, evenly on both sides. */
  readonly canvas: Size
}

/**
 * The size of an image that fits inside a box: in proportion, never enlarged, rounded to the nearest pixel,
 * each side at least 1. A side that the box leaves out does not limit.
 */
export function fitInside(
  image: Size,
  box: { readonly width?: number | undefined; readonly height?: number | undefined },
): Size {
  const scale = Math.min(1, (box.width ?? Infinity) / image.width, (box.height ?? Infinity) / image.height)
  return { width: roundSide(image.width * scale), height: roundSide(image.height * scale) }
}

/** The size of a rendition, known before it is made. Pure. */
export function renditionSize(image: Size, target: BoxTarget): Size {
  return planBox(image, target).canvas
}

/**
 * Decides sizes here and not in the decoder, whose `withoutEnlargement` crops and pads differently for each
 * fit (B140, B141). With one side missing there is nothing to crop, pad or stretch to: every fit is `inside`. What the
 * format cannot hold becomes the largest that it can.
 */
export function planBox(image: Size, target: BoxTarget): BoxPlan {
  const plan = planAnySize(image, target)
  const limit = target.format ? maxSideByFormat[target.format] : Infinity
  if (Math.max(plan.canvas.width, plan.canvas.height) <= limit) return plan
  const content = fitInside(plan.content, { width: limit, height: limit })
  return { ...plan, content, canvas: fitInside(plan.canvas, { width: limit, height: limit }) }
}

function planAnySize(image: Size, target: BoxTarget): BoxPlan {
  const { width, height, fit } = target
  const inside = fitInside(image, target)
  const plain = { content: inside, isCropped: false, canvas: inside }
  if (width === undefined || height === undefined || fit === 'inside') return plain
  if (fit === 'contain') return { ...plain, canvas: { width, height } }
  if (fit === 'fill') {
    const content = { width: Math.min(width, image.width), height: Math.min(height, image.height) }
    return { content, isCropped: false, canvas: content }
  }
  const content = fitInside({ width, height }, image)
  return { content, isCropped: true, canvas: content }
}

/** The smallest size of a whole image from which a target can be made without enlarging anything. */
export function coveringSize(image: Size, target: BoxTarget): Size {
  const { content, isCropped } = planBox(image, target)
  if (!isCropped) return content
  const scale = Math.max(content.width / image.width, content.height / image.height)
  return { width: Math.ceil(image.width * scale), height: Math.ceil(image.height * scale) }
}

function roundSide(side: number): number {
  return Math.max(1, Math.round(side))
}
