import { mediaUrl, type PhotoReference, type RenditionFormat, srcset } from '@tintype/client'
import { type ComponentPropsWithoutRef, type CSSProperties, type ReactElement, version } from 'react'
import { decodePlaceholder, placeholderColor, placeholderUrl } from './placeholder-url.ts'

/** What `<Photo>` shows, and how. Every other property is one of its `img`. */
export interface PhotoProps extends Omit<ComponentPropsWithoutRef<'img'>, 'src' | 'srcSet' | 'placeholder'> {
  /** A photo of an answer of the SDK, or these parts of one. */
  readonly photo: PhotoReference & {
    readonly height: number
    readonly placeholder: string
    readonly alt: string | null
    readonly title: string | null
  }
  /**
   * Width of the image on the page, as in HTML. The browser chooses the rendition by it.
   *
   * @default '100vw'
   */
  readonly sizes?: string | undefined
  /**
   * Renditions that the browser may choose from: widths in pixels; for each, the next larger one of the ladder is used.
   *
   * @default the whole ladder, up to the photo's own width
   */
  readonly widths?: readonly number[] | undefined
  /**
   * The preferred format first. With more than one, a `picture` contains the `img`.
   *
   * @default ['webp']
   */
  readonly formats?: readonly RenditionFormat[] | undefined
  /**
   * What is shown until the image is loaded: a blurred preview, the photo's average colour, or nothing. It is a style of the
   * `img`, so a page whose content policy forbids inline styles needs `none`. A photo with transparency has none.
   *
   * @default 'blur'
   */
  readonly placeholder?: 'blur' | 'color' | 'none' | undefined
  /** Whether the image is loaded at once, before others, because the page opens with it in view. Others are loaded lazily. */
  readonly priority?: boolean | undefined
}

/** Width of the rendition in `src`, for what does not read `srcset`, such as feeds. */
const sourceWidthPx = 960

/**
 * A responsive image of a photo: `srcset`, `width`, `height`, `alt`, a placeholder, loaded lazily. It uses no hooks, so it also
 * works in server components. `alt` is the photo's own, or its title, or else empty: an image without meaning.
 *
 * @example <Photo photo={photo} sizes="(width < 40rem) 100vw, 33vw" formats={['avif', 'webp']} />
 */
export function Photo(props: PhotoProps): ReactElement {
  const { photo, widths, formats = [], placeholder = 'blur', priority = false } = props
  const { sizes = '100vw', style, ...rest } = imageProps(props)
  const format = formats.at(-1) ?? 'webp'
  const offered = formats.slice(0, -1)
  const image = (
    <img
      width={photo.width}
      height={photo.height}
      alt={photo.alt ?? photo.title ?? ''}
      loading={priority ? 'eager' : 'lazy'}
      decoding="async"
      {...(priority && highPriority)}
      {...rest}
      style={{ ...placeholderStyle(photo.placeholder, placeholder), ...style }}
      sizes={sizes}
      srcSet={srcset(photo, { widths, format })}
      // after the others, because Safari begins to load an image as soon as it has a source
      src={mediaUrl(photo, {
        width: Math.min(sourceWidthPx, ...(widths ? [Math.max(...widths)] : [])),
        format,
      })}
    />
  )
  if (offered.length === 0) return image
  return (
    <picture>
      {offered.map((one) => (
        <source
          key={one}
          type={`image/${one === 'jpg' ? 'jpeg' : one}`}
          sizes={sizes}
          srcSet={srcset(photo, { widths, format: one })}
        />
      ))}
      {image}
    </picture>
  )
}

/** The properties of the `img` alone. */
function imageProps({ photo, widths, formats, placeholder, priority, ...rest }: PhotoProps) {
  return rest
}

/** React 18 knows the attribute by its name in HTML only, and React 19 by its name in the DOM only. */
const highPriority =
  Number.parseInt(version, 10) >= 19 ? { fetchPriority: 'high' as const } : { fetchpriority: 'high' }

function placeholderStyle(hash: string, kind: 'blur' | 'color' | 'none'): CSSProperties {
  if (kind === 'none' || hash === '') return {}
  const bytes = decodePlaceholder(hash)
  // the photo would not cover what is behind it
  const isTransparent = (bytes[2] ?? 0) >> 7 === 1
  if (isTransparent) return {}
  if (kind === 'blur')
    return { backgroundImage: `url(${placeholderUrl({ placeholder: hash })})`, backgroundSize: 'cover' }
  return { backgroundColor: placeholderColor(hash) }
}
