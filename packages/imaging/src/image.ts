import type { RenditionFit, RenditionFormat } from '@tintype/contract'

// Everything in this file can be structured-cloned: it crosses into a child process and back.

/** Width and height in pixels, integers of at least 1. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** An encoded image: its bytes, or the path of a file that does not change while it is used. */
export type ImageSource = Uint8Array | { readonly path: string }

/** How much image is decoded. All limits are inclusive: an image of exactly the limit passes. */
export interface ImageLimits {
  /** Width × height; of an animation, of one frame. */
  readonly maxPixels: number
  /** The same for AVIF, which needs about 18 bytes of memory a pixel to decode. */
  readonly maxAvifPixels: number
  /** Pixels of one side. */
  readonly maxSide: number
  readonly maxFrames: number
}

/**
 * Decoded pixels: upright, the first frame, rows from the top, pixels from the left, 8 bits a channel, sRGB. Alpha, if
 * there is any, is not premultiplied.
 */
export interface RawImage extends Size {
  /** `width × height × channels` bytes. */
  readonly data: Uint8Array
  readonly channels: 3 | 4
}

/** What is known of an image. Size as displayed. */
export interface ImageFacts extends Size {
  /** As `Photo.takenAt`. */
  readonly takenAt: string | null
  /** Thumbhash, base64, about 25 bytes; empty if the image was not decoded. */
  readonly placeholder: string
}

/** An image that was decoded completely, with its thumbnail. */
export interface DecodedImage extends ImageFacts {
  readonly thumbnail: RenderedImage
}

/** The wanted image. It is never larger than its source. */
export interface RenderTarget {
  /** Pixels, an integer of at least 1. */
  readonly width?: number | undefined
  /** Pixels, an integer of at least 1. */
  readonly height?: number | undefined
  readonly fit: RenditionFit
  readonly format: RenditionFormat
  /** 1 to 100; the format's own default if absent. Without effect on PNG, which is lossless. */
  readonly quality?: number | undefined
}

/** One width of a whole image, in several formats. */
export interface FormatsTarget {
  /** Pixels, an integer of at least 1. The images are never wider than their source, and keep its proportions. */
  readonly width: number
  /** Those in which an image of decoded pixels has the bytes of one that is rendered from the original. */
  readonly formats: readonly ('webp' | 'avif')[]
}

/** A target that shows the whole image. */
export interface ThumbnailTarget extends RenderTarget {
  readonly fit: 'inside'
}

/** An encoded image: sRGB, 8 bits a channel, upright, without any metadata. */
export interface RenderedImage extends Size {
  readonly bytes: Uint8Array
  readonly format: RenditionFormat
}
