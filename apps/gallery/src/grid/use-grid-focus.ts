import type { Photo } from '@tintype/client'
import { type KeyboardEvent, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { GridLayout, PlacedRow } from './lay-out-grid.ts'
import { moveFocus } from './move-focus.ts'
import { neighbourOf } from './neighbour-of.ts'

/** The id of a photo's link in the page. */
export const linkId = (photoId: string) => `${linkPrefix}${photoId}`

/** The id of the photo that a link in the page leads to. */
export const photoIdOf = (link: Element) => link.id.slice(linkPrefix.length)

const linkPrefix = 'photo-'

/**
 * The focus in the grid, which is one tab stop: keys move it from photo to photo. If the photo that has it is gone, its neighbour
 * gets it.
 */
export function useGridFocus(layout: GridLayout | undefined) {
  const [chosenId, setChosenId] = useState<string>()
  const isPending = useRef(false)
  /** The layout that is in the page. */
  const shown = useRef<GridLayout>(undefined)
  const [activeId, activeRow] = useMemo(() => findActive(chosenId, shown.current, layout), [layout, chosenId])
  // before the page changes: afterwards nothing has the focus
  const hadFocus = Boolean(document.activeElement?.closest('[role="gridcell"]'))

  useLayoutEffect(() => {
    shown.current = layout
    if (activeId === undefined) return
    if (chosenId !== undefined) setChosenId(activeId)
    const link = document.getElementById(linkId(activeId))
    // its row may have been added to the page only now
    if (isPending.current) link?.focus()
    // a photo of its row came or went, so it is another element
    else if (hadFocus && document.activeElement === document.body) link?.focus({ preventScroll: true })
    isPending.current = false
  })

  function focus({ id }: Pick<Photo, 'id'>): void {
    isPending.current = true
    setChosenId(id)
  }
  // the same function each time, so that no photo is drawn again for it
  const onFocus = useCallback((photo: Photo) => setChosenId(photo.id), [])
  return {
    /** The photo that has the focus, or that the tab key moves it to. */
    activeId,
    /** The row that has this photo. */
    activeRow,
    focus,
    focusActive() {
      if (activeId !== undefined) document.getElementById(linkId(activeId))?.focus({ preventScroll: true })
    },
    onFocus,
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      if (!layout || activeId === undefined || event.altKey || event.metaKey || event.shiftKey) return
      const isRightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl'
      const to = moveFocus(layout, activeId, event, { screenPx: window.innerHeight, isRightToLeft })
      if (!to) return
      event.preventDefault()
      if (to.id === activeId) return
      focus(to)
    },
  }
}

/** The photo that was chosen, or else its neighbour, or else the first one; with its row. */
function findActive(
  chosenId: string | undefined,
  before: GridLayout | undefined,
  after: GridLayout | undefined,
): readonly [photoId?: string | undefined, row?: PlacedRow | undefined] {
  if (!after) return []
  const chosenRow = chosenId !== undefined && rowOf(after, chosenId)
  if (chosenRow) return [chosenId, chosenRow]
  const neighbourId = chosenId !== undefined && before && neighbourOf(chosenId, before, after)
  if (neighbourId) return [neighbourId, rowOf(after, neighbourId)]
  const first = after.sections[0]?.rows[0]
  return [first?.items[0]?.id, first]
}

function rowOf({ sections }: GridLayout, photoId: string): PlacedRow | undefined {
  for (const { rows } of sections)
    for (const row of rows) if (row.items.some(({ id }) => id === photoId)) return row
  return undefined
}
