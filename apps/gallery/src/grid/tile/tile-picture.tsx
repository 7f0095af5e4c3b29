import type { Photo } from '@tintype/client'
import { useEffect, useRef, useState } from 'react'
import { Icon } from '../../icon.tsx'
import { eagerRenditions } from '../../use-limits.ts'
import { tileImage } from './tile-image.ts'

interface TilePictureProps {
  readonly photo: Photo
  readonly widthPx: number
  readonly heightPx: number
  readonly label: string
  /** Whether it is in view when the page is opened. */
  readonly isUrgent: boolean
  /** Called once the picture is shown, so that no placeholder is needed: it would be seen through a transparent picture. */
  readonly onCovered: () => void
}

/** How long to wait before a picture that failed is requested again, in milliseconds. After that its thumbnail is. */
const retryMs = [2000, 8000]

/** How often the image of a photo has failed with one URL, and whether it waits until it is requested again. */
interface Failures {
  readonly url: string
  readonly count: number
  readonly isWaiting: boolean
}

/**
 * The image of a photo in the grid. If it fails, it is requested twice again, then its thumbnail, and then an icon is shown. With
 * another URL all of that begins again.
 */
export function TilePicture({ label, ...props }: TilePictureProps) {
  const { url } = props.photo
  const [last, setLast] = useState<Failures>({ url, count: 0, isWaiting: false })
  // not by a key, with which the image that is shown would fade in again
  const { count, isWaiting } = last.url === url ? last : { count: 0, isWaiting: false }
  useEffect(() => {
    if (!isWaiting) return
    const timer = setTimeout(() => setLast({ url, count, isWaiting: false }), retryMs[count - 1])
    return () => clearTimeout(timer)
  }, [isWaiting, count, url])

  const isGone = count > retryMs.length + 1
  if (isWaiting || isGone)
    return (
      <>
        <span className="visually-hidden">{label}</span>
        {isGone && <Icon name="image-off" />}
      </>
    )
  return (
    <Attempt
      key={count}
      {...props}
      label={label}
      isThumbnail={count > retryMs.length}
      onFailure={() => setLast({ url, count: count + 1, isWaiting: count < retryMs.length })}
    />
  )
}

interface AttemptProps extends TilePictureProps {
  readonly isThumbnail: boolean
  readonly onFailure: () => void
}

function Attempt(props: AttemptProps) {
  const { photo, widthPx, heightPx, label, isUrgent, isThumbnail, onCovered, onFailure } = props
  const image = useRef<HTMLImageElement>(null)
  // those of the time when it is added, because other ones would load another image
  const [eager] = useState(eagerRenditions)
  const [isShown, setShown] = useState<'no' | 'fading' | 'at once'>('no')
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is there when the image is added was there at once
  useEffect(() => {
    const img = image.current
    if (img?.complete && img.naturalWidth > 0) {
      setShown((known) => (known === 'no' ? 'at once' : known))
      onCovered()
    }
    // a photo that is scrolled away needs no bytes
    return () => {
      img?.previousElementSibling?.removeAttribute('srcset')
      img?.removeAttribute('srcset')
      img?.removeAttribute('src')
    }
  }, [])
  const { src, avifSrcSet, ...larger } = tileImage(photo, { width: widthPx, height: heightPx }, eager)
  const img = (
    <img
      ref={image}
      src={src}
      {...(isThumbnail ? {} : larger)}
      className={isShown === 'no' ? 'is-hidden' : isShown === 'fading' ? 'is-fading' : undefined}
      width={Math.round(widthPx)}
      height={Math.round(heightPx)}
      alt={label}
      decoding="async"
      fetchPriority={isUrgent ? 'high' : 'auto'}
      onLoad={() => setShown((known) => (known === 'no' ? 'fading' : known))}
      onTransitionEnd={onCovered}
      onError={onFailure}
    />
  )
  if (avifSrcSet === undefined || isThumbnail) return img
  return (
    <picture>
      <source type="image/avif" srcSet={avifSrcSet} sizes={larger.sizes} />
      {img}
    </picture>
  )
}
