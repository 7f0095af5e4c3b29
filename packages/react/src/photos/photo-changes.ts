import type { Photo, PhotoUpdateInput, TintypeClient } from '@tintype/client'
import { followPhotos } from '../live/follow-photos.ts'
import { whileUsed } from '../store/while-used.ts'
import { createRemovals, type Removal, type RemovalOptions } from './removals.ts'

export type { Removal, RemovalOptions } from './removals.ts'

/** New values of a photo. Absent fields stay unchanged; `null` or an empty text clears. */
export type PhotoPatch = Omit<PhotoUpdateInput, 'id'>

/** What happened to photos. `created` is one that this page uploaded, `arrived` one that is new in another way. */
export type PhotoChange =
  | { readonly type: 'created' | 'arrived' | 'updated'; readonly photo: Photo }
  | { readonly type: 'deleted'; readonly ids: ReadonlySet<string> }
  /** What `show` returns has changed. */
  | { readonly type: 'shown' }
  /** Something may have happened that is not known. */
  | { readonly type: 'missed' }

/** The changes that the hooks of one client make and see, so that all of them show the same. */
export interface PhotoChanges {
  /** The photo as it is to be shown: with changes that are being saved. `undefined` while it is being deleted. */
  show(photo: Photo): Photo | undefined
  publish(change: PhotoChange): void
  subscribe(listener: (change: PhotoChange) => void): () => void
  /**
   * Publishes what happens elsewhere, until the returned function is called.
   *
   * @param sharedAs as in `followPhotos`; all that give the same share one stream
   */
  follow(sharedAs: string | undefined): () => void
  /** Shows the new values at once. If the server refuses them, shows the old ones again and rejects. */
  update(id: string, patch: PhotoPatch): Promise<Photo>
  remove(ids: readonly string[], options?: RemovalOptions): Removal
}

const changesByClient = new WeakMap<TintypeClient, PhotoChanges>()

/** The same object for the same client. */
export function photoChangesOf(client: TintypeClient): PhotoChanges {
  const changes = changesByClient.get(client) ?? createPhotoChanges(client)
  changesByClient.set(client, changes)
  return changes
}

function createPhotoChanges(client: TintypeClient): PhotoChanges {
  const listeners = new Set<(change: PhotoChange) => void>()
  const patches = new Map<string, readonly PhotoPatch[]>()
  const publish = (change: PhotoChange): void => {
    for (const listener of [...listeners]) listener(change)
  }
  const removals = createRemovals(client, {
    onChange: () => publish({ type: 'shown' }),
    onDeleted: (ids) => publish({ type: 'deleted', ids: new Set(ids) }),
  })
  const streams = new Map<string | undefined, () => () => void>()
  const createStream = (sharedAs: string | undefined) =>
    whileUsed(() =>
      followPhotos(client, {
        sharedAs,
        onMissed: () => publish({ type: 'missed' }),
        onChange(change) {
          if (change.type === 'photo.deleted') publish({ type: 'deleted', ids: new Set([change.id]) })
          else publish({ type: change.type === 'photo.created' ? 'arrived' : 'updated', photo: change.photo })
        },
      }),
    )
  const setPatches = (id: string, list: readonly PhotoPatch[]): void => {
    if (list.length === 0) patches.delete(id)
    else patches.set(id, list)
  }
  return {
    show(photo) {
      if (removals.isHidden(photo.id)) return undefined
      const own = patches.get(photo.id)
      return own ? own.reduce(applyPatch, photo) : photo
    },
    publish,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    follow(sharedAs) {
      const enter = streams.get(sharedAs) ?? createStream(sharedAs)
      streams.set(sharedAs, enter)
      return enter()
    },
    async update(id, patch) {
      setPatches(id, [...(patches.get(id) ?? []), patch])
      publish({ type: 'shown' })
      const end = () => setPatches(id, patches.get(id)?.filter((one) => one !== patch) ?? [])
      try {
        const photo = await client.photos.update.mutate({ ...patch, id })
        end()
        publish({ type: 'updated', photo })
        return photo
      } catch (error) {
        end()
        publish({ type: 'shown' })
        throw error
      }
    },
    remove: removals.remove,
  }
}

/** As the server does it. */
function applyPatch(photo: Photo, { title, alt, tags, visibility, metadata }: PhotoPatch): Photo {
  return {
    ...photo,
    ...(title !== undefined && { title: title || null }),
    ...(alt !== undefined && { alt: alt || null }),
    ...(tags && { tags }),
    ...(visibility && { visibility }),
    ...(metadata !== undefined && { metadata }),
  }
}
