declare const brand: unique symbol

/** UUIDv7 in lower case, the name of a photo for ever. @see RFC 9562 §5.7 */
export type PhotoId = string & { readonly [brand]: 'PhotoId' }

/** Formats that can be uploaded, as named in `TINTYPE_ALLOWED_FORMATS`. */
export const photoFormats = ['jpeg', 'png', 'webp', 'gif', 'avif'] as const
export type PhotoFormat = (typeof photoFormats)[number]

/** Media type and file extension of each format; the extension is the one in the photo's URL. */
export const formatFacts = {
  jpeg: { mimeType: 'image/jpeg', extension: 'jpg' },
  png: { mimeType: 'image/png', extension: 'png' },
  webp: { mimeType: 'image/webp', extension: 'webp' },
  gif: { mimeType: 'image/gif', extension: 'gif' },
  avif: { mimeType: 'image/avif', extension: 'avif' },
} as const satisfies Record<PhotoFormat, { mimeType: string; extension: string }>

/** One uploaded image and what is known of it. The same over HTTP, tRPC and in the SDK. */
export interface Photo {
  readonly id: PhotoId
  /** Of the original; root-relative unless the server has a public URL. The bytes behind it never change. */
  readonly url: string
  readonly thumbnail: Thumbnail
  /** The name the client gave, cleaned; data only, never a path. */
  readonly filename: string
  /** Of the original, in bytes. */
  readonly byteSize: number
  /** Of the original, 64 lower-case hex digits. */
  readonly sha256: string
  /** Decided by the bytes. */
  readonly format: PhotoFormat
  readonly mimeType: string
  /** Pixels, as displayed: orientation applied. */
  readonly width: number
  /** Pixels, as displayed: orientation applied. */
  readonly height: number
  /** Thumbhash, base64: a blurred preview in about 25 bytes. Empty where a server that reads headers only has not decoded the photo yet. */
  readonly placeholder: string
  readonly title: string | null
  /** Text for those who cannot see the picture. */
  readonly alt: string | null
  /** Without duplicates, in the order given. */
  readonly tags: readonly string[]
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /**
   * When the camera says the picture was taken, ISO 8601: in UTC where the picture says its zone, without a
   * zone (local time) where it does not, `null` where it says nothing.
   */
  readonly takenAt: string | null
}

/** The thumbnail that every photo has: fits inside 300 × 300 px, never enlarged. */
export interface Thumbnail {
  readonly url: string
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
}

/** An image made from an original, as it exists. */
export interface Rendition extends Thumbnail {
  readonly byteSize: number
  readonly format: RenditionFormat
}

/** A page of photos, newest first. */
export interface PhotoPage {
  readonly photos: readonly Photo[]
  /** Opaque; ask for the next page with it. `null` at the end. */
  readonly nextCursor: string | null
}

/** Formats a rendition can have, as written in its URL. */
export const renditionFormats = ['jpg', 'webp', 'avif', 'png'] as const
export type RenditionFormat = (typeof renditionFormats)[number]

/** Media type of each rendition format. */
export const renditionMimeTypes = {
  jpg: 'image/jpeg',
  webp: 'image/webp',
  avif: 'image/avif',
  png: 'image/png',
} as const satisfies Record<RenditionFormat, string>

/** What may be uploaded and which renditions exist, so that a client can check before it sends. */
export interface SystemLimits {
  readonly formats: readonly PhotoFormat[]
  readonly mimeTypes: readonly string[]
  readonly maxUploadByteSize: number
  /** Width × height × frames. */
  readonly maxPixels: number
  /** The same for AVIF, which costs more memory to decode. */
  readonly maxAvifPixels: number
  /** Pixels of one side. */
  readonly maxSide: number
  readonly maxFrames: number
  /** Name → box in pixels. */
  readonly presets: Readonly<Record<string, { width: number; height: number; fit: RenditionFit }>>
  /** The width ladder, ascending, in pixels. */
  readonly widths: readonly number[]
  readonly renditionFormats: readonly RenditionFormat[]
}

/**
 * How an image meets its box. `inside` fits within it, `cover` fills it and crops, `contain` fits within it
 * and pads to it, `fill` stretches. None ever enlarges the image.
 */
export const renditionFits = ['inside', 'cover', 'contain', 'fill'] as const
export type RenditionFit = (typeof renditionFits)[number]
