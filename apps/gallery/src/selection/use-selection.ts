import type { Photo } from '@tintype/client'
import { useMemo, useRef, useState } from 'react'

/** The photos that are selected. */
export interface Selection {
  readonly ids: ReadonlySet<string>
  /** In the order of the page. */
  readonly photos: readonly Photo[]
  /** Selects a photo, or no longer does. With `isRange`, selects everything from the last one to it. */
  toggle(photo: Photo, isRange?: boolean): void
  /** Selects several photos, or none of them any more if all of them are selected. */
  toggleAll(photos: readonly Photo[]): void
  clear(): void
}

/** @param photos those that the page shows; a photo that is no longer among them is not selected any more */
export function useSelection(photos: readonly Photo[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(none)
  const anchor = useRef<string>(undefined)
  const selected = useMemo(() => photos.filter(({ id }) => chosen.has(id)), [photos, chosen])
  const ids = useMemo(
    () => (selected.length === 0 ? none : new Set(selected.map(({ id }) => id))),
    [selected],
  )
  return {
    ids,
    photos: selected,
    toggle(photo, isRange = false) {
      const from = isRange ? photos.findIndex(({ id }) => id === anchor.current) : -1
      const to = photos.indexOf(photo)
      anchor.current = photo.id
      if (from >= 0) {
        const range = photos.slice(Math.min(from, to), Math.max(from, to) + 1)
        setChosen(new Set([...ids, ...range.map(({ id }) => id)]))
      } else {
        const next = new Set(ids)
        if (!next.delete(photo.id)) next.add(photo.id)
        setChosen(next)
      }
    },
    toggleAll(several) {
      const next = new Set(ids)
      const areAllSelected = several.every(({ id }) => next.has(id))
      for (const { id } of several)
        if (areAllSelected) next.delete(id)
        else next.add(id)
      setChosen(next)
    },
    clear: () => setChosen(none),
  }
}

const none: ReadonlySet<string> = new Set()
