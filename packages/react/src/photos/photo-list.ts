import {
  isTintypeError,
  type Photo,
  type PhotoPage,
  type TintypeClient,
  type TintypeError,
} from '@tintype/client'
import { type PhotoChange, photoChangesOf } from './photo-changes.ts'
import {
  insertPhoto,
  matchesQuery,
  mergeFirstPage,
  type PhotoQuery,
  withoutDuplicates,
} from './photo-query.ts'

/** `loading`: the first page is being loaded; `more`: another one; `error`: the last request failed. */
export type PhotoListStatus = 'loading' | 'ready' | 'more' | 'error'

/** A moment of a list. It never changes; the next one is another object. */
export interface PhotoListState {
  /** Newest first. Without those that are being deleted, and with changes that are being saved. */
  readonly photos: readonly Photo[]
  readonly status: PhotoListStatus
  /** Why the last request failed. */
  readonly error?: TintypeError | undefined
  /** `true` until the last page is known. */
  readonly hasMore: boolean
  /** Whether the list began in the middle, with a page that is not the first, and there can be photos before it. */
  readonly hasNewer: boolean
}

/** Photos of a query, page by page. Knows nothing of React. */
export interface PhotoList {
  subscribe(listener: () => void): () => void
  getSnapshot(): PhotoListState
  /** Loads the first page, unless it is known. Returns what ends that, a task later, unless the list is opened again. */
  open(): () => void
  /** Loads the next page, or what failed to load. The promise never rejects. */
  loadMore(): Promise<void>
  /** Loads the page before. The promise never rejects. */
  loadNewer(): Promise<void>
  /** Loads the first page again, and keeps what follows it. The promise never rejects. */
  refresh(): Promise<void>
}

/** Which page is loaded. */
type Part = 'first' | 'next' | 'newer'

/** @param initial the first page, if it is known already */
export function createPhotoList(
  client: TintypeClient,
  query: PhotoQuery & { readonly limit: number },
  initial?: PhotoPage,
): PhotoList {
  const changes = photoChangesOf(client)
  const listeners = new Set<() => void>()
  let loaded = initial?.photos ?? []
  let nextCursor = initial?.nextCursor
  let previousCursor = initial?.previousCursor ?? null
  let status: PhotoListStatus = initial ? 'ready' : 'loading'
  let error: TintypeError | undefined
  let running: { readonly part: Part; readonly ended: Promise<void>; cancel(): void } | undefined
  let snapshot = takeSnapshot()
  let opened = 0
  let wasClosed = false

  function takeSnapshot(): PhotoListState {
    const photos = loaded.flatMap((photo) => changes.show(photo) ?? [])
    return { photos, status, error, hasMore: nextCursor !== null, hasNewer: previousCursor !== null }
  }
  function publish(): void {
    snapshot = takeSnapshot()
    for (const listener of [...listeners]) listener()
  }

  function load(part: Part): Promise<void> {
    if (running?.part === part) return running.ended
    running?.cancel()
    const controller = new AbortController()
    const cursor = { first: undefined, next: nextCursor, newer: previousCursor }[part]
    const direction = part === 'newer' ? 'backward' : undefined
    status = part === 'first' ? 'loading' : 'more'
    error = undefined
    const ended = client.photos.list.query({ ...query, cursor, direction }, controller).then(
      (page) => {
        if (controller.signal.aborted) return
        accept(part, page)
        end('ready')
      },
      (failure: unknown) => {
        if (controller.signal.aborted) return
        if (!isTintypeError(failure)) throw failure
        error = failure
        end('error')
      },
    )
    running = { part, ended, cancel: () => controller.abort() }
    publish()
    return ended
  }
  function accept(part: Part, page: PhotoPage): void {
    if (part === 'first') {
      const merged = mergeFirstPage(loaded, page, nextCursor)
      loaded = merged.photos
      nextCursor = merged.nextCursor
    } else {
      loaded = withoutDuplicates(part === 'next' ? [...loaded, ...page.photos] : [...page.photos, ...loaded])
      if (part === 'next') nextCursor = page.nextCursor
    }
    if (part !== 'next') previousCursor = page.previousCursor
  }
  function end(next: PhotoListStatus): void {
    running = undefined
    status = next
    publish()
  }

  function react(change: PhotoChange): void {
    if (change.type === 'deleted') loaded = loaded.filter(({ id }) => !change.ids.has(id))
    if ('photo' in change) {
      const { photo, type } = change
      const isKnown = loaded.some(({ id }) => id === photo.id)
      if (isKnown)
        loaded = loaded
          .map((one) => (one.id === photo.id ? photo : one))
          .filter((one) => one !== photo || matchesQuery(photo, { tag: query.tag }))
      // the pages between are not known: loading them brings this photo as well
      else if (type === 'created' && previousCursor === null && matchesQuery(photo, query))
        loaded = insertPhoto(loaded, photo, { sort: query.sort, isEndKnown: nextCursor === null })
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
        unsubscribe = changes.subscribe(react)
        // what has changed while it was closed is not known
        if ((nextCursor === undefined || wasClosed) && !running) void load('first')
      }
      return () => {
        setTimeout(() => {
          if (--opened > 0) return
          unsubscribe()
          running?.cancel()
          running = undefined
          wasClosed = true
        })
      }
    },
    loadMore() {
      if (running) return running.ended
      if (nextCursor === null) return Promise.resolve()
      return load(nextCursor === undefined ? 'first' : 'next')
    },
    loadNewer() {
      if (running) return running.ended
      return previousCursor === null ? Promise.resolve() : load('newer')
    },
    refresh: () => load('first'),
  }
}
