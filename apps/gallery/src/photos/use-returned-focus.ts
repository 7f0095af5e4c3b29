import type { Photo } from '@tintype/client'
import { type RefObject, useLayoutEffect, useRef } from 'react'
import type { GridHandle } from '../grid/photo-grid.tsx'
import { focusSearch } from '../search/focus-search.ts'
import { focusUploadButton } from '../uploads/focus-upload-button.ts'

interface ReturnedFocusOptions {
  readonly grid: RefObject<GridHandle | null>
  readonly photos: readonly Photo[]
  readonly open: Photo | undefined
  readonly isSelecting: boolean
  /** Whether there is no grid, because there are no photos. */
  readonly isEmpty: boolean
  readonly isSearching: boolean
}

/**
 * Gives the focus to the photo that was open, and to the grid or what is in its place if the part of the page that had the focus
 * is gone: because a person closed it, or because another tab deleted its photos.
 */
export function useReturnedFocus(now: ReturnedFocusOptions): void {
  const last = useRef(now)
  // before the page changes: afterwards nothing has the focus
  const hadFocus = document.activeElement !== document.body
  useLayoutEffect(() => {
    const { open: seen, isSelecting, photos: before } = last.current
    last.current = now
    const { grid, photos } = now
    const isLost = hadFocus && document.activeElement === document.body
    if (now.open) return
    if (now.isEmpty) {
      if (seen || (before.length > 0 && isLost)) (now.isSearching ? focusSearch : focusUploadButton)()
    } else if (seen && photos.some(({ id }) => id === seen.id)) grid.current?.focus(seen)
    else if (seen || (isSelecting && !now.isSelecting && isLost)) grid.current?.focusActive()
  })
}
