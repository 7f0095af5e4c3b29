import type { PhotoMetadata, Visibility } from './upload-grant.ts'

declare const brand: unique symbol

/** UUIDv7 in lower case. A photo keeps it for ever. @see RFC 9562 §5.7 */
export type PhotoId = string & { readonly [brand]: 'PhotoId' }

/** Formats that can be uploaded, named as in `TINTYPE_ALLOWED_FORMATS`. */
export const photoFormats = ['jpeg', 'png', 'webp', 'gif', 'avif'] as const
export type PhotoFormat = (typeof photoFormats)[number]

/** Media type and file extension of each format. The extension is the one in the photo's URL. */
export const fileTypes = {
  jpeg: { mimeType: 'image/jpeg', extension: 'jpg' },
  png: { mimeType: 'image/png', extension: 'png' },
  webp: { mimeType: 'image/webp', extension: 'webp' },
  gif: { mimeType: 'image/gif', extension: 'gif' },
  avif: { mimeType: 'image/avif', extension: 'avif' },
} as const satisfies Record<PhotoFormat, { mimeType: string; extension: string }>

/** An uploaded image and its description. The same over HTTP, over tRPC and in the SDK. */
export interface Photo {
  readonly id: PhotoId
  /** Of the original; root-relative unless the server has a public URL. Its bytes never change. */
  readonly url: string
  readonly thumbnail: Thumbnail
  /** The client's name for the file, cleaned. Only data, never part of a path. */
  readonly filename: string
  /** Of the original, in bytes. */
  readonly byteSize: number
  /** Of the original, 64 lower-case hex digits. */
  readonly sha256: string
  /** Detected from the bytes; what the client declared does not count. */
  readonly format: PhotoFormat
  readonly mimeType: string
  /** Pixels, as displayed: orientation applied. */
  readonly width: number
  /** Pixels, as displayed: orientation applied. */
  readonly height: number
  /**
   * Thumbhash, base64: a blurred preview in about 25 bytes. Empty if the server reads headers only and has not decoded the
   * photo yet.
   */
  readonly placeholder: string
  readonly title: string | null
  /** Text for people who cannot see the picture. */
  readonly alt: string | null
  /** Without duplicates, in the order given. */
  readonly tags: readonly string[]
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /**
   * Time of the picture by the camera's clock, ISO 8601: in UTC if the picture names its zone, else without a zone (local
   * time). `null` if the picture has no time.
   */
  readonly takenAt: string | null
  /** Whose photo it is; `null` if it has no owner, as all photos of an open server. */
  readonly owner: string | null
  /** Who may read its media: everyone who has the URL, or only callers with a right to it. */
  readonly visibility: Visibility
  /** Data of the application about the photo; `null` if there is none. */
  readonly metadata: PhotoMetadata | null
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
  /** Opaque; the `cursor` of the next page. `null` on the last page. */
  readonly nextCursor: string | null
  /**
   * Opaque; the `cursor` of the page before, with `direction: 'backward'`. `null` on the first page. The page before can be empty,
   * once its photos are deleted.
   */
  readonly previousCursor: string | null
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

/** Limits of uploads, and the renditions that the server makes. A client can check a file before it sends it. */
export interface SystemLimits {
  readonly formats: readonly PhotoFormat[]
  readonly mimeTypes: readonly string[]
  readonly maxUploadByteSize: number
  /** Width × height; of an animation, of one frame. */
  readonly maxPixels: number
  /** The same for AVIF, which needs more memory to decode. */
  readonly maxAvifPixels: number
  /** Pixels of one side. */
  readonly maxSide: number
  readonly maxFrames: number
  /** Name → box in pixels. */
  readonly presets: Readonly<Record<string, { width: number; height: number; fit: RenditionFit }>>
  /** The width ladder, ascending, in pixels. */
  readonly widths: readonly number[]
  readonly renditionFormats: readonly RenditionFormat[]
  /**
   * Renditions that are made soon after an upload, name → formats. Others are made at their first view, which takes longer. A
   * width that a photo does not have is left out.
   *
   * @example { thumb: ['webp'], w480: ['webp'] }
   */
  readonly eager: Readonly<Record<string, readonly RenditionFormat[]>>
}

/**
 * How an image is fitted to a box: `inside` fits within it, `cover` fills it and crops, `contain` fits within it and pads,
 * `fill` stretches. The image is never enlarged.
 */
export const renditionFits = ['inside', 'cover', 'contain', 'fill'] as const
export type RenditionFit = (typeof renditionFits)[number]
