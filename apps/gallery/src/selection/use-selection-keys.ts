import type { Photo } from '@tintype/client'
import { useEffect, useEffectEvent } from 'react'
import type { Selection } from './use-selection.ts'

interface SelectionKeysOptions {
  /** Whether something lies over the grid. */
  readonly isOff: boolean
  readonly photos: readonly Photo[]
  readonly selection: Selection
  readonly onClear: () => void
}

/** Ctrl+A or ⌘A selects every photo that is loaded, Escape selects nothing. Fields and dialogs keep these keys. */
export function useSelectionKeys({ isOff, photos, selection, onClear }: SelectionKeysOptions): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const { target } = event
    if (isOff || !(target instanceof Element) || target.closest('dialog, input, textarea, [role="menu"]'))
      return
    if (event.key === 'Escape' && selection.ids.size > 0) onClear()
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && photos.length > 0) {
      event.preventDefault()
      if (selection.ids.size < photos.length) selection.toggleAll(photos)
    }
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event)
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}
