import { isTintypeError, type Photo, type TintypeClient, type TintypeError } from '@tintype/client'
import { photoChangesOf } from './photo-changes.ts'

/** `gone`: the photo is being deleted by a hook of this client, or was; `error`: it could not be loaded. */
export type OnePhotoStatus = 'loading' | 'ready' | 'gone' | 'error'

/** A moment of a photo. It never changes; the next one is another object. */
export interface OnePhotoState {
  /** With changes that are being saved. */
  readonly photo?: Photo | undefined
  readonly status: OnePhotoStatus
  /** Why the photo could not be loaded, for example `PHOTO_NOT_FOUND`. */
  readonly error?: TintypeError | undefined
}

/** One photo, kept as it is. Knows nothing of React. */
export interface OnePhotoStore {
  subscribe(listener: () => void): () => void
  getSnapshot(): OnePhotoState
  /** Loads the photo, unless it is known. Returns what ends that, a task later, unless it is opened again. */
  open(): () => void
}

/** @param initial the photo, if it is known already */
export function createOnePhoto(client: TintypeClient, id: string, initial?: Photo): OnePhotoStore {
  const changes = photoChangesOf(client)
  const listeners = new Set<() => void>()
  let photo = initial
  let isDeleted = false
  let error: TintypeError | undefined
  let request: AbortController | undefined
  let snapshot = takeSnapshot()
  let opened = 0

  function takeSnapshot(): OnePhotoState {
    const shown = photo && changes.show(photo)
    const isGone = isDeleted || (photo && !shown)
    return { photo: shown, error, status: isGone ? 'gone' : shown ? 'ready' : error ? 'error' : 'loading' }
  }
  function publish(): void {
    snapshot = takeSnapshot()
    for (const listener of [...listeners]) listener()
  }
  async function load(): Promise<void> {
    const own = new AbortController()
    request = own
    try {
      const answer = await client.photos.get.query({ id }, own)
      if (own.signal.aborted) return
      photo = answer
    } catch (failure) {
      if (own.signal.aborted) return
      if (!isTintypeError(failure)) throw failure
      error = failure
    }
    publish()
  }

  let unsubscribe = () => {}
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => snapshot,
    open() {
      if (opened++ === 0) {
        unsubscribe = changes.subscribe((change) => {
          if (change.type === 'deleted' && change.ids.has(id)) {
            photo = undefined
            isDeleted = true
          }
          if ('photo' in change && change.photo.id === id) photo = change.photo
          publish()
        })
        if (!photo && !isDeleted) void load()
      }
      return () => {
        setTimeout(() => {
          if (--opened > 0) return
          unsubscribe()
          request?.abort()
        })
      }
    },
  }
}
