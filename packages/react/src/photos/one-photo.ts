import { isTintypeError, type Photo, type TintypeClient, type TintypeError } from '@tintype/client'
import { createStore, type Store } from '../store/create-store.ts'
import { whileUsed } from '../store/while-used.ts'
import { type PhotoChange, photoChangesOf } from './photo-changes.ts'

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
export interface OnePhotoStore extends Store<OnePhotoState> {
  /** Loads the photo, unless it is known. Returns what ends that, a task later, unless it is opened again. */
  open(): () => void
}

/** @param initial the photo, if it is known already */
export function createOnePhoto(client: TintypeClient, id: string, initial?: Photo): OnePhotoStore {
  const changes = photoChangesOf(client)
  /** `null` once it is deleted. */
  let photo: Photo | null | undefined = initial
  let error: TintypeError | undefined
  let request: AbortController | undefined

  const { subscribe, getSnapshot, publish } = createStore((): OnePhotoState => {
    const shown = photo ? changes.show(photo) : undefined
    const isGone = photo !== undefined && !shown
    return { photo: shown, error, status: isGone ? 'gone' : shown ? 'ready' : error ? 'error' : 'loading' }
  })
  function cancel(): void {
    request?.abort()
    request = undefined
  }
  async function load(): Promise<void> {
    cancel()
    const own = new AbortController()
    request = own
    try {
      const answer = await client.photos.get.query({ id }, own)
      if (own.signal.aborted) return
      photo = answer
      error = undefined
    } catch (failure) {
      if (own.signal.aborted) return
      if (!isTintypeError(failure)) throw failure
      // a photo that is shown stays, unless it is gone
      if (photo === undefined) error = failure
      else if (failure.code === 'PHOTO_NOT_FOUND') photo = null
    }
    request = undefined
    publish()
  }
  function react(change: PhotoChange): void {
    if (change.type === 'missed') void load()
    if (change.type === 'deleted' && change.ids.has(id)) {
      cancel()
      photo = null
    }
    if ('photo' in change && change.photo.id === id) {
      photo = change.photo
      // what the server has answered by now may be older
      if (request) void load()
    }
    publish()
  }
  const open = whileUsed(() => {
    const unsubscribe = changes.subscribe(react)
    if (photo === undefined) void load()
    return () => {
      unsubscribe()
      cancel()
    }
  })
  return { subscribe, getSnapshot, open }
}
