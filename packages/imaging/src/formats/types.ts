import type { PhotoFormat } from '@tintype/contract'
import type { ImageColours } from '../colours/colours.ts'
import type { Size } from '../image.ts'
import type { ImageMetadata } from '../metadata/taken-at.ts'

/** What an image's bytes say about it, within the limits; nothing is decoded. Size as displayed. */
export interface ImageHeader extends Size, ImageMetadata {
  readonly format: PhotoFormat
  /** The limit for this format. The decoder enforces it too. */
  readonly maxPixels: number
  /** What the decoder has to see changed, so that it sees the picture that viewers see. Nearly always empty. */
  readonly patches: readonly Patch[]
  /** Whether only the decoder can decide if the picture is complete, because its end is not marked. */
  readonly isEndMissing: boolean
  /** The part of the picture that has pixels, if the rest is bare canvas. */
  readonly frame: Rectangle | undefined
  /** What the decoder does not know about its colours. */
  readonly colours: ImageColours | undefined
  /** How it is turned after it is decoded, in place of what EXIF says. */
  readonly turn: Turn | undefined
}

/** First top and bottom may be exchanged, then it is turned clockwise. */
export interface Turn {
  readonly isFlipped: boolean
  /** 0, 90, 180 or 270. */
  readonly degrees: number
}

/** Bytes to write at an offset of a file in place of its own; at its end, to add to it. */
export interface Patch {
  readonly offset: number
  readonly bytes: Uint8Array
}

/** A range of bytes in the file. */
export interface Extent {
  readonly offset: number
  readonly byteSize: number
}

/** A part of a picture, in pixels from its top left corner. */
export interface Rectangle extends Size {
  readonly left: number
  readonly top: number
}

/** What one walk over a file finds, by format. Only `readHeader` decides what is refused. */
export type ImageStructure = JpegStructure | PngStructure | GifStructure | WebpStructure | AvifStructure

interface FoundInAnyFormat extends ImageMetadata {
  /**
   * As stored, and EXIF may turn it; of an AVIF as displayed. A damaged header may declare a side of 0. `undefined` if
   * there is no header.
   */
  readonly size: Size | undefined
  /** Whether the file ends before its structure does. Decoders overlook that (B119). Bytes after the end are harmless (B106). */
  readonly isTruncated: boolean
  /** @see ImageHeader.patches */
  readonly patches?: readonly Patch[] | undefined
  readonly colours?: ImageColours | undefined
  /** Whether nothing but the mark of the picture's end is known to be missing. */
  readonly isEndMissing?: boolean | undefined
}

/** The structure of a JPEG: one picture, in one or many scans. */
export interface JpegStructure extends FoundInAnyFormat {
  readonly format: 'jpeg'
  /** Scans before the end of the image, counted up to `maxJpegScans + 1`. */
  readonly scans: number
}

/** The structure of a PNG: one picture; the frames of an animated PNG are not displayed. */
export interface PngStructure extends FoundInAnyFormat {
  readonly format: 'png'
  /** Whether the compressed metadata grows beyond `maxPngMetadataByteSize`. */
  readonly isMetadataTooLarge: boolean
}

/** The structure of a GIF: one or many pictures. */
export interface GifStructure extends FoundInAnyFormat {
  readonly format: 'gif'
  readonly frames: number
  /** Where the first frame lies, if it does not cover the canvas. */
  readonly frame?: Rectangle | undefined
}

/** The structure of a WebP: one picture or an animation. */
export interface WebpStructure extends FoundInAnyFormat {
  readonly format: 'webp'
  /** 1 unless it is animated. */
  readonly frames: number
}

/** The structure of an AVIF: items that may be grids of other items. */
export interface AvifStructure extends FoundInAnyFormat {
  readonly format: 'avif'
  /** Pixels of the largest picture, or of all tiles of the largest grid; `Infinity` if grids contain each other. */
  readonly decodedPixels: number
  /** Whether there is an overlay (`iovl`). Nothing in the file's structure bounds its canvas. */
  readonly hasOverlay: boolean
  /** Whether an item is coded as AV1. No item of a HEIC is. */
  readonly hasAv1: boolean
  /** @see ImageHeader.turn */
  readonly turn?: Turn | undefined
}
