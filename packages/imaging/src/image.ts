import type { RenditionFit, RenditionFormat } from '@tintype/contract'

// Everything in this file can be structured-cloned, so that it can cross into a child process and back.

/** Width and height in pixels, integers of at least 1. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** An encoded image: its bytes, or the path of a file that nobody changes meanwhile. */
export type ImageSource = Uint8Array | { readonly path: string }

/** How much image is decoded. All are inclusive: exactly the limit passes. */
export interface ImageLimits {
  /** Width × height × frames. */
  readonly maxPixels: number
  /** The same for AVIF, which needs about 18 bytes of memory a pixel to decode. */
  readonly maxAvifPixels: number
  /** Pixels of one side. */
  readonly maxSide: number
  readonly maxFrames: number
}

/**
 * The whole image, small: fits inside `previewBox`, never enlarged, upright, its first frame. Rows from the
 * top, pixels from the left, 8 bits a channel, sRGB; alpha, where there is any, is not premultiplied.
 */
export interface PreviewPixels extends Size {
  /** `width × height × channels` bytes. */
  readonly data: Uint8Array
  readonly channels: 3 | 4
}

/** Pixels in a file: as those of a preview, of whatever size. Whoever named the file owns it. */
export interface PixelFile extends Size {
  readonly path: string
  readonly channels: 3 | 4
}

/** A preview that the decoder which made it still has, or had: its pixels never cross to another process. */
export interface Preview extends Size {
  /** Of the decoder. */
  readonly pid: number
  /** Its name there. */
  readonly token: string
}

/** The box of a preview, in pixels: that of the thumbnail that every photo has. */
export const previewBox: Size = { width: 300, height: 300 }

/** What an image is and shows. Size as displayed. */
export interface ImageFacts extends Size {
  /** As `Photo.takenAt`. */
  readonly takenAt: string | null
  /** Thumbhash, base64, about 25 bytes; empty of an image that was not decoded. */
  readonly placeholder: string
}

/** What an inspection found. */
export interface Inspection extends ImageFacts {
  readonly preview: Preview
}

/** What its header says of an image that nobody has decoded: `placeholder` is empty. */
export interface Measurement extends ImageFacts {
  readonly preview?: undefined
}

/** The image wished for. It is never larger than what it is made from. */
export interface RenderTarget {
  /** Pixels, an integer of at least 1. */
  readonly width?: number | undefined
  /** Pixels, an integer of at least 1. */
  readonly height?: number | undefined
  readonly fit: RenditionFit
  readonly format: RenditionFormat
  /** 1 to 100; the format's own default where absent. Without effect on PNG, which loses nothing. */
  readonly quality?: number | undefined
}

/** An image as it was made: sRGB, 8 bits a channel, upright, without any metadata. */
export interface RenderedImage extends Size {
  readonly bytes: Uint8Array
  readonly format: RenditionFormat
}
