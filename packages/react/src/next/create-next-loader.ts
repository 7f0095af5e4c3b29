import { isPhotoId, mediaUrl } from '@tintype/client'

/** What `next/image` calls for each width of an image. */
export type NextLoader = (image: {
  readonly src: string
  readonly width: number
  readonly quality?: number | undefined
}) => string

/** What precedes `/media/`, the id, and the query of a photo's URL, or of its thumbnail's. */
const photoUrl = /^([^?]*)\/media\/([^/?]+)(?:\/thumb)?\.(?:jpg|png|webp|gif|avif)(\?.*)?$/

/**
 * Makes a loader for `next/image`: the photo's rendition with the next larger width of the ladder, as WebP. Next does not make
 * images of its own then. The `src` is the URL of a photo's thumbnail or of its original. A private photo needs that of its
 * thumbnail, whose signature does not open the original. Another `src` is returned as it is.
 *
 * @param options.url URL of the server; completes root-relative URLs, those of a server without a public URL
 * @example
 * // tintype-loader.ts, named as `images.loaderFile` in next.config.ts, with `images.loader: 'custom'`
 * export default createNextLoader({ url: 'https://photos.example.com' })
 * // a page
 * <Image src={photo.thumbnail.url} width={photo.width} height={photo.height} alt={photo.alt ?? ''} />
 */
export function createNextLoader({ url }: { readonly url?: string | undefined } = {}): NextLoader {
  return ({ src, width }) => {
    const [, base = '', id = '', query = ''] = photoUrl.exec(src) ?? []
    if (!isPhotoId(id)) return src
    // no rendition depends on the photo's format, nor on its width, because none is enlarged
    return mediaUrl({ id, url: `${base}/media/${id}.jpg${query}`, format: 'jpeg', width }, { width, url })
  }
}
