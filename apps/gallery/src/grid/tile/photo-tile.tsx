import type { Photo } from '@tintype/client'
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useState } from 'react'
import { formatDay } from '../../format-time.ts'
import { linkOf } from '../../photos/link-of.ts'
import { useLongPress } from '../../selection/use-long-press.ts'
import { text } from '../../strings.ts'
import { isScrolledFast, onceSlow } from '../scroll-pace.ts'
import { linkId } from '../use-grid-focus.ts'
import { Placeholder } from './placeholder.tsx'
import { TilePicture } from './tile-picture.tsx'

interface PhotoTileProps {
  readonly photo: Photo
  /** Distance from the start of its row. */
  readonly startPx: number
  readonly widthPx: number
  readonly heightPx: number
  /** What decides the day of a photo. */
  readonly timeOf: (photo: Photo) => string
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

/** One photo of the grid. While it only passes, it is its placeholder and a link. */
export const PhotoTile = memo(function PhotoTile(props: PhotoTileProps) {
  const { photo, startPx, widthPx, heightPx, timeOf, isTabStop, isUrgent, onOpen, onFocus } = props
  const { isSelected, isSelecting, onSelect } = props
  const press = useLongPress(() => onSelect(photo, false))
  const [isPassing, setPassing] = useState(isScrolledFast)
  const [isCovered, setCovered] = useState(false)
  useEffect(() => (isPassing ? onceSlow(() => setPassing(false)) : undefined), [isPassing])

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
  // the focus is read out at once
  const isWhole = !isPassing || isTabStop
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
        // browsers copy it, and pass it on if the tile is dragged
        href={linkOf(photo)}
        tabIndex={isTabStop ? 0 : -1}
        onClick={click}
        onKeyDown={pressKey}
        onFocus={() => onFocus(photo)}
        {...press.handlers}
      >
        {!isCovered && <Placeholder thumbhash={photo.placeholder} />}
        {isWhole && (
          <>
            <TilePicture
              photo={photo}
              widthPx={widthPx}
              heightPx={heightPx}
              label={`${photo.alt ?? photo.title ?? photo.filename}, ${formatDay(timeOf(photo))}`}
              isUrgent={isUrgent}
              onCovered={() => setCovered(true)}
            />
            <span className="tile-name" aria-hidden="true">
              <bdi>{photo.title ?? photo.filename}</bdi>
            </span>
          </>
        )}
      </a>
      {isWhole && (
        <button
          type="button"
          className="check"
          tabIndex={-1}
          aria-label={text.selection.select(photo.title ?? photo.filename)}
          aria-pressed={isSelected}
          onClick={({ shiftKey }) => onSelect(photo, shiftKey)}
        />
      )}
    </div>
  )
})
