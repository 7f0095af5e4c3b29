import { isPhotoId, mediaUrl, type PhotoFormat } from '@tintype/client'

/** What `next/image` calls for each width of an image. */
export type NextLoader = (image: {
  readonly src: string
  readonly width: number
  readonly quality?: number | undefined
}) => string

/**
 * Makes a loader for `next/image`: the photo's rendition with the next larger width of the ladder, as WebP. Next does not make
 * images of its own then. A `src` that is no photo's URL is returned as it is.
 *
 * @param options.url URL of the server; completes root-relative URLs, those of a server without a public URL
 * @example
 * // tintype-loader.ts, named as `images.loaderFile` in next.config.ts, with `images.loader: 'custom'`
 * export default createNextLoader({ url: 'https://photos.example.com' })
 * // a page
 * <Image src={photo.url} width={photo.width} height={photo.height} alt={photo.alt ?? ''} />
 */
export function createNextLoader({ url }: { readonly url?: string | undefined } = {}): NextLoader {
  return ({ src, width }) => {
    const [path = ''] = src.split('?')
    const [, id = '', extension = ''] = /\/media\/([^/]+)\.(jpg|png|webp|gif|avif)$/.exec(path) ?? []
    if (!isPhotoId(id)) return src
    const format = (extension === 'jpg' ? 'jpeg' : extension) as PhotoFormat
    // renditions are never enlarged, so its own width does not matter
    return mediaUrl({ id, url: src, format, width }, { width, url })
  }
}
