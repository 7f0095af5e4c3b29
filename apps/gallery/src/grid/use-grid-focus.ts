import type { Photo } from '@tintype/client'
import { type KeyboardEvent, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { GridLayout, PlacedRow } from './lay-out-grid.ts'
import { moveFocus } from './move-focus.ts'

/** The id of a photo's link in the page. */
export const linkId = (photoId: string) => `${linkPrefix}${photoId}`

/** The id of the photo that a link in the page leads to. */
export const photoIdOf = (link: Element) => link.id.slice(linkPrefix.length)

const linkPrefix = 'photo-'

/** The focus in the grid, which is one tab stop: keys move it from photo to photo. */
export function useGridFocus(layout: GridLayout | undefined) {
  const [chosenId, setChosenId] = useState<string>()
  const isPending = useRef(false)
  const chosenRow = useMemo(() => chosenId && layout && rowOf(layout, chosenId), [layout, chosenId])
  const activeRow = chosenRow || layout?.sections[0]?.rows[0]
  const activeId = chosenRow ? chosenId : activeRow?.items[0]?.id

  // its row may have been added to the page only now
  useLayoutEffect(() => {
    if (!isPending.current || activeId === undefined) return
    isPending.current = false
    document.getElementById(linkId(activeId))?.focus()
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

function rowOf({ sections }: GridLayout, photoId: string): PlacedRow | undefined {
  for (const { rows } of sections)
    for (const row of rows) if (row.items.some(({ id }) => id === photoId)) return row
  return undefined
}
