import {
  defaultRenditionFormat,
  ladder,
  ladderWidthFor,
  maxSideByFormat,
  nameRendition,
  originalPath,
  type Photo,
  type presets,
  type RenditionFormat,
  renditionPath,
  type Thumbnail,
  TintypeError,
} from '@tintype/contract'

/**
 * What a media URL is made from: a photo, or this part of one. The thumbnail counts only if its URL is signed. URLs of renditions
 * have its signature then, which does not open the original. Without it they have the original's.
 */
export type PhotoReference = Pick<Photo, 'id' | 'url' | 'format' | 'width'> & {
  /** With it, `srcset` knows the real width of renditions that a format could not hold otherwise. */
  readonly height?: number | undefined
  readonly thumbnail?: Pick<Thumbnail, 'url'> | undefined
}

/** The server that URLs are completed with. */
export interface MediaBase {
  /**
   * URL of the server, its base path included: absolute or root-relative. It replaces what precedes `/media/` in URLs that are
   * root-relative: those of a server without a public URL.
   *
   * @default none: they stay as they are
   */
  readonly url?: string | undefined
}

/** Which image of a photo. An empty object means the original. */
export type MediaChoice = {
  /** @default 'webp' for a rendition */
  readonly format?: RenditionFormat | undefined
} & (
  | {
      /**
       * The least width in pixels; the next larger width of the ladder is used. Renditions are never enlarged. Any number but NaN:
       * 0 and less mean the narrowest width of the ladder, and more than the widest means the widest.
       *
       * @default the photo's own width, if only a format is given
       */
      readonly width?: number | undefined
      readonly preset?: undefined
    }
  | {
      /** A box with a name: `thumb` and `preview` fit within it, `square` is cropped. */
      readonly preset: PresetName
      readonly width?: undefined
    }
)

/** Presets that every server has. */
export type PresetName = keyof typeof presets

/** Which renditions a `srcset` offers. */
export interface SrcsetChoice {
  /** @default 'webp' */
  readonly format?: RenditionFormat | undefined
  /**
   * In pixels; for each, the next larger width of the ladder is used.
   *
   * @default the whole ladder
   */
  readonly widths?: readonly number[] | undefined
}

/**
 * URL of a photo's original, or of one of its renditions, which the server makes on its first request. The bytes at a URL
 * never change. If the photo's own URLs are signed, as those of a private photo are, so is this one, as far as one of their
 * signatures covers it. A rendition's URL has the thumbnail's signature, with which the original cannot be read.
 *
 * @throws TintypeError `INVALID_REQUEST` if `width` is NaN
 * @example
 * mediaUrl(photo)                                   // '/media/0198….jpg'
 * mediaUrl(photo, { width: 600, format: 'avif' })   // '/media/0198…/w640.avif'
 * mediaUrl(photo, { preset: 'square' })             // '/media/0198…/square.webp'
 */
export function mediaUrl(photo: PhotoReference, choice: MediaChoice & MediaBase = {}): string {
  const path = mediaPathOf(photo, choice)
  const isOriginal = path === originalPath(photo.id, photo.format)
  const signature = signatureFor(path, isOriginal ? /\?(d=1&)?p=a&/ : /\?(d=1&)?p=[ar]&/, photo)
  return mediaBaseOf(photo, choice.url) + path + signature
}

/** What is below the server's base path. */
export function mediaPathOf(
  photo: Pick<PhotoReference, 'id' | 'format' | 'width'>,
  { width, preset, format }: MediaChoice,
): string {
  if (width === undefined && preset === undefined && format === undefined)
    return originalPath(photo.id, photo.format)
  const name = preset ?? nameRendition({ width: readWidth(width ?? photo.width) })
  return renditionPath(photo.id, name, format ?? defaultRenditionFormat)
}

/** The width of the ladder for any number. @throws TintypeError `INVALID_REQUEST` for NaN, which would become the widest */
function readWidth(width: number): number {
  if (!Number.isNaN(width)) return ladderWidthFor(width)
  throw new TintypeError('INVALID_REQUEST', 'The width is NaN. Expected a number of pixels, such as 640')
}

/** What the URLs of a photo's media start with: what its own URL starts with if that is absolute, else the server's URL. */
export function mediaBaseOf(photo: PhotoReference, url?: string): string {
  const [own = ''] = photo.url.split('?')
  const base = own.replace(originalPath(photo.id, photo.format), '')
  return url === undefined || !/^(?:\/(?!\/)|$)/.test(base) ? base : url.replace(/\/+$/, '')
}

/**
 * The query of the photo's own URL that covers a path, with its question mark; nothing if none does. The thumbnail's comes first,
 * because it may cover the renditions only (threat B248).
 */
function signatureFor(path: string, cover: RegExp, { url, thumbnail }: PhotoReference): string {
  const signed = [thumbnail?.url ?? '', url].find((one) => one.includes(`${path}?`) || cover.test(one))
  return signed?.replace(/^[^?]*/, '') ?? ''
}

/**
 * Value for the `srcset` attribute of an `img`: each width of the ladder below the photo's own, and then the photo's own,
 * because renditions are never enlarged. Each descriptor is the rendition's real width.
 *
 * @throws TintypeError `INVALID_REQUEST` if one of `widths` is NaN
 * @example
 * <img src={photo.thumbnail.url} srcSet={srcset(photo)} sizes="(width < 40rem) 100vw, 33vw" alt={photo.alt} />
 */
export function srcset(photo: PhotoReference, choice: SrcsetChoice & MediaBase = {}): string {
  const { format = defaultRenditionFormat, widths = ladder, url } = choice
  const widest = Math.round((photo.width * maxSideByFormat[format]) / (photo.height ?? 1))
  const ladderWidths = new Map<number, number>()
  for (const width of widths) {
    const ladderWidth = readWidth(width)
    const realWidth = Math.min(ladderWidth, photo.width, widest)
    if (!ladderWidths.has(realWidth)) ladderWidths.set(realWidth, ladderWidth)
  }
  return Array.from(
    ladderWidths,
    ([realWidth, width]) => `${mediaUrl(photo, { width, format, url })} ${realWidth}w`,
  ).join(', ')
}
