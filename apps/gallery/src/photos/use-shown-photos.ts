import type { Photo } from '@tintype/client'
import { useCallback, useMemo, useState } from 'react'

/** A photo that was changed, and the one that it was in the list then. */
interface Change {
  readonly from: Photo | undefined
  readonly to: Photo
}

/**
 * Photos as the page shows them: without those that are deleted, and with what was edited since they were loaded.
 */
export function useShownPhotos(loaded: readonly Photo[], hiddenIds: ReadonlySet<string>) {
  const [changes, setChanges] = useState<ReadonlyMap<string, Change>>(new Map())
  const photos = useMemo(() => {
    return loaded
      .filter(({ id }) => !hiddenIds.has(id))
      .map((photo) => {
        const change = changes.get(photo.id)
        // a list that was loaded later is newer than the change
        return change?.from === photo ? change.to : photo
      })
  }, [loaded, hiddenIds, changes])
  const change = useCallback(
    (...changed: readonly Photo[]) =>
      setChanges((known) => {
        const next = new Map(known)
        for (const to of changed) {
          const from = loaded.find(({ id }) => id === to.id)
          next.set(to.id, { from, to })
        }
        return next
      }),
    [loaded],
  )
  return { photos, change }
}
