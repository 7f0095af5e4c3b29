import type { Photo, TintypeClient } from '@tintype/client'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { type LiveOptions, useLive } from '../live/use-live.ts'
import { useClient } from '../provider/tintype-provider.tsx'
import { createOnePhoto, type OnePhotoState } from './one-photo.ts'
import { type PhotoPatch, photoChangesOf, type Removal, type RemovalOptions } from './photo-changes.ts'

/** How `usePhoto` gets its photo. */
export interface UsePhotoOptions {
  /** The photo, for example from a list: it is rendered at once, and not requested. */
  readonly initial?: Photo | undefined
  /**
   * Whether what others do to the photo is shown as it happens.
   *
   * @default false
   */
  readonly live?: boolean | Pick<LiveOptions, 'sharedAs'> | undefined
  /** @default the client of the nearest TintypeProvider */
  readonly client?: TintypeClient | undefined
}

/** A photo, and what can be done with it. */
export interface OnePhoto extends OnePhotoState {
  /** Shows new values at once. If the server refuses them, shows the old ones again and rejects with a `TintypeError`. */
  update(patch: PhotoPatch): Promise<Photo>
  /** Shows the photo no more, and deletes it 10 seconds later unless that is undone. */
  remove(options?: RemovalOptions): Removal
}

/**
 * One photo. What other hooks of the same client change is changed here as well.
 *
 * @example const { photo, status, update } = usePhoto(id)
 */
export function usePhoto(id: string, options: UsePhotoOptions = {}): OnePhoto {
  const client = useClient(options.client)
  const initial = options.initial?.id === id ? options.initial : undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes later does not begin again
  const one = useMemo(() => createOnePhoto(client, id, initial), [client, id])
  useLive(client, options.live)
  useEffect(() => one.open(), [one])
  const state = useSyncExternalStore(one.subscribe, one.getSnapshot, one.getSnapshot)
  return useMemo(() => {
    const changes = photoChangesOf(client)
    return {
      ...state,
      update: (patch) => changes.update(id, patch),
      remove: (removal) => changes.remove([id], removal),
    }
  }, [client, id, state])
}
