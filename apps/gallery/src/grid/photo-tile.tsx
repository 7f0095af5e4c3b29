import type { Photo } from '@tintype/client'
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useRef, useState } from 'react'
import { formatDay } from '../format-time.ts'
import { Icon } from '../icon.tsx'
import { useLongPress } from '../selection/use-long-press.ts'
import { text } from '../strings.ts'
import { tintype } from '../tintype.ts'
import { Placeholder } from './placeholder.tsx'
import { tileImage } from './tile-image.ts'
import { linkId } from './use-grid-focus.ts'

interface PhotoTileProps {
  readonly photo: Photo
  /** Distance from the start of its row. */
  readonly startPx: number
  readonly widthPx: number
  readonly heightPx: number
  readonly isTabStop: boolean
  /** Whether it is in view when the page is opened. */
  readonly isUrgent: boolean
  readonly isSelected: boolean
  /** Whether any photo is selected, so that a click selects instead of opening. */
  readonly isSelecting: boolean
  readonly onSelect: (photo: Photo, isRange: boolean) => void
  readonly onOpen: (photo: Photo) => void
  readonly onFocus: (photo: Photo) => void
}

/** How long to wait before a picture that failed is requested again, in milliseconds. */
const retryMs = [2000, 8000]

/** One photo of the grid. */
export const PhotoTile = memo(function PhotoTile(props: PhotoTileProps) {
  const { photo, startPx, widthPx, heightPx, isTabStop, isUrgent, onOpen, onFocus } = props
  const { isSelected, isSelecting, onSelect } = props
  const press = useLongPress(() => onSelect(photo, false))
  const image = useRef<HTMLImageElement>(null)
  const [failures, setFailures] = useState(0)
  const [isWaiting, setWaiting] = useState(false)
  const [shown, setShown] = useState<'no' | 'fading' | 'at once'>('no')

  useEffect(() => {
    const img = image.current
    if (img?.complete && img.naturalWidth > 0) setShown((known) => (known === 'no' ? 'at once' : known))
    // a photo that is scrolled away needs no bytes
    return () => {
      img?.removeAttribute('srcset')
      img?.removeAttribute('src')
    }
  }, [])
  useEffect(() => {
    if (!isWaiting) return
    const timer = setTimeout(() => setWaiting(false), retryMs[failures - 1])
    return () => clearTimeout(timer)
  }, [isWaiting, failures])

  function click(event: MouseEvent): void {
    const isRange = event.shiftKey && isSelecting
    if (event.ctrlKey || event.metaKey || (event.shiftKey && !isRange)) return
    event.preventDefault()
    if (press.hasJustEnded()) return
    if (isSelecting) onSelect(photo, isRange)
    else onOpen(photo)
  }
  function pressKey(event: KeyboardEvent): void {
    if (event.key !== ' ') return
    event.preventDefault()
    onSelect(photo, event.shiftKey)
  }
  function fail(): void {
    setFailures(failures + 1)
    setWaiting(failures < retryMs.length)
  }
  const label = `${photo.alt ?? photo.title ?? photo.filename}, ${formatDay(photo.createdAt)}`
  const box = { width: widthPx, height: heightPx }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a cell of a table would not keep its size
    // biome-ignore lint/a11y/useFocusableInteractive: the link in it has the focus
    <div
      role="gridcell"
      aria-selected={isSelected}
      // by transform, so that a row that gets another photo does not count as moved
      style={{
        transform: `translateX(calc(var(--forward) * ${startPx}px))`,
        width: `${widthPx}px`,
        height: `${heightPx}px`,
      }}
    >
      <a
        id={linkId(photo.id)}
        className="tile"
        href={tintype.mediaUrl(photo)}
        tabIndex={isTabStop ? 0 : -1}
        onClick={click}
        onKeyDown={pressKey}
        onFocus={() => onFocus(photo)}
        {...press.handlers}
      >
        {shown !== 'at once' && <Placeholder thumbhash={photo.placeholder} />}
        {isWaiting ? (
          <span className="visually-hidden">{label}</span>
        ) : (
          <img
            ref={image}
            {...tileImage(photo, box)}
            className={shown === 'no' ? 'is-hidden' : shown === 'fading' ? 'is-fading' : undefined}
            width={Math.round(widthPx)}
            height={Math.round(heightPx)}
            alt={label}
            decoding="async"
            fetchPriority={isUrgent ? 'high' : 'auto'}
            onLoad={() => setShown((known) => (known === 'no' ? 'fading' : known))}
            onError={fail}
          />
        )}
        <span className="tile-name" aria-hidden="true">
          <bdi>{photo.title ?? photo.filename}</bdi>
        </span>
      </a>
      <button
        type="button"
        className="check"
        tabIndex={-1}
        aria-label={text.selection.select(photo.title ?? photo.filename)}
        aria-pressed={isSelected}
        onClick={({ shiftKey }) => onSelect(photo, shiftKey)}
      >
        <Icon name="check" />
      </button>
    </div>
  )
})
