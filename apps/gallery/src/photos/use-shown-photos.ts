import type { Photo } from '@tintype/client'
import { useCallback, useMemo, useState } from 'react'

/** Photos as the page shows them: without those that are deleted, and with what was edited since they were loaded. */
export function useShownPhotos(loaded: readonly Photo[], hiddenIds: ReadonlySet<string>) {
  const [changes, setChanges] = useState<ReadonlyMap<string, Photo>>(new Map())
  const photos = useMemo(
    () => loaded.filter(({ id }) => !hiddenIds.has(id)).map((photo) => changes.get(photo.id) ?? photo),
    [loaded, hiddenIds, changes],
  )
  const change = useCallback(
    (...changed: readonly Photo[]) =>
      setChanges((known) => new Map([...known, ...changed.map((photo) => [photo.id, photo] as const)])),
    [],
  )
  return { photos, change }
}
