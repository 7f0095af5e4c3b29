import {
  isTintypeError,
  type Photo,
  type PhotoListInput,
  type PhotoPage,
  type TintypeClient,
  type TintypeError,
} from '@tintype/client'
import { createStore, type Store } from '../store/create-store.ts'
import { whileUsed } from '../store/while-used.ts'
import { addPending, applyChange, type ListedPhotos } from './apply-change.ts'
import { type PhotoChange, photoChangesOf } from './photo-changes.ts'
import { mergeFirstPage, type PhotoQuery, withoutDuplicates } from './photo-query.ts'

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
  /** How many new photos wait for `showPending`. */
  readonly pending: number
}

/** Photos of a query, page by page. Knows nothing of React. */
export interface PhotoList extends Store<PhotoListState> {
  /** Loads the first page, unless it is known. Returns what ends that, a task later, unless the list is opened again. */
  open(): () => void
  /** Loads the next page, or what failed to load. The promise never rejects. */
  loadMore(): Promise<void>
  /** Loads the page before. The promise never rejects. */
  loadNewer(): Promise<void>
  /** Loads the first page again, and keeps what follows it. The promise never rejects. */
  refresh(): Promise<void>
  /** Adds the new photos that wait. Loads the first page instead if the list begins in the middle. */
  showPending(): void
  /**
   * Whether new photos wait, unless this page has uploaded them. They are added once they no longer have to. In a list that
   * begins in the middle all of them wait.
   */
  holdNew(isHeld: boolean): void
}

/** Which page is loaded. `all`: what is loaded already, without showing that it is loaded again. */
type Part = 'first' | 'next' | 'newer' | 'all'

/** Photos of the first page. */
const firstLimit = 60
/** The largest page that a server returns. */
const maxLimit = 100

/**
 * @param query with the number of photos of a page; by default the first one is smaller than those after it
 * @param initial the first page, if it is known already
 * @param around id of the photo that the first page begins with, if it is not the first of all
 */
export function createPhotoList(
  client: TintypeClient,
  query: PhotoQuery & { readonly limit?: number | undefined },
  initial?: PhotoPage,
  around?: string,
): PhotoList {
  const changes = photoChangesOf(client)
  let listed: ListedPhotos = { loaded: initial?.photos ?? [], pending: [] }
  let nextCursor = initial?.nextCursor
  let previousCursor = initial?.previousCursor ?? null
  let status: PhotoListStatus = initial ? 'ready' : 'loading'
  let error: TintypeError | undefined
  let failedPart: Part | undefined
  let running: { readonly part: Part; readonly ended: Promise<void>; cancel(): void } | undefined
  /** What has happened since the running request was sent. Its answer may not have it. */
  let changesSince: PhotoChange[] = []
  let holdsNew = false
  let isOpen = false
  let wasClosed = false

  const { subscribe, getSnapshot, publish } = createStore((): PhotoListState => {
    const shown = (photos: readonly Photo[]) => photos.flatMap((photo) => changes.show(photo) ?? [])
    return {
      photos: shown(listed.loaded),
      status,
      error,
      hasMore: nextCursor !== null,
      hasNewer: previousCursor !== null,
      pending: shown(listed.pending).length,
    }
  })
  const facts = () => ({
    query,
    isStartLoaded: previousCursor === null,
    isEndLoaded: nextCursor === null,
    holdsNew,
  })

  function load(part: Part): Promise<void> {
    if (running?.part === part) return running.ended
    running?.cancel()
    const controller = new AbortController()
    changesSince = []
    if (part !== 'all') {
      status = part === 'first' ? 'loading' : 'more'
      error = failedPart = undefined
    }
    const ended = request(part, controller.signal).then(
      (page) => {
        if (controller.signal.aborted) return
        accept(part, page)
        if (!holdsNew && previousCursor === null) listed = addPending(listed, facts())
        for (const change of changesSince) listed = applyChange(listed, change, facts())
        end(part === 'all' ? status : 'ready')
      },
      (failure: unknown) => {
        if (controller.signal.aborted) return
        if (!isTintypeError(failure)) throw failure
        if (part === 'all') return end(status)
        error = failure
        failedPart = part
        end('error')
      },
    )
    running = { part, ended, cancel: () => controller.abort() }
    publish()
    return ended
  }
  async function request(part: Part, signal: AbortSignal): Promise<PhotoPage> {
    const list = (input: PhotoListInput) => client.photos.list.query({ ...query, ...input }, { signal })
    const { limit = firstLimit, limit: moreLimit = maxLimit } = query
    const listAround = (id: string | undefined, input: PhotoListInput) =>
      list({ ...input, around: id }).catch((failure: unknown) => {
        // the photo is gone
        if (isTintypeError(failure) && failure.code === 'PHOTO_NOT_FOUND') return list(input)
        throw failure
      })
    if (part === 'newer') return list({ limit: moreLimit, cursor: previousCursor, direction: 'backward' })
    if (part === 'next') return list({ limit: moreLimit, cursor: nextCursor })
    if (part === 'first') return listAround(nextCursor === undefined ? around : undefined, { limit })
    const photos: Photo[] = []
    const restLimit = () => Math.min(maxLimit, Math.max(limit, listed.loaded.length - photos.length))
    const start = previousCursor === null ? undefined : listed.loaded[0]?.id
    let page = await listAround(start, { limit: restLimit() })
    photos.push(...page.photos)
    const before = page.previousCursor
    while (page.nextCursor !== null && photos.length < listed.loaded.length) {
      page = await list({ limit: restLimit(), cursor: page.nextCursor })
      photos.push(...page.photos)
    }
    return { ...page, photos, previousCursor: before }
  }
  function accept(part: Part, page: PhotoPage): void {
    const { loaded, pending } = listed
    if (part === 'all') {
      const all = withoutDuplicates(page.photos)
      listed = page.previousCursor === null ? splitNew(loaded, all, holdsNew) : { loaded: all, pending }
    } else if (part === 'first') {
      const merged = mergeFirstPage(loaded, page, nextCursor)
      listed = { loaded: merged.photos, pending: [] }
      nextCursor = merged.nextCursor
    } else {
      const all = withoutDuplicates(
        part === 'next' ? [...loaded, ...page.photos] : [...page.photos, ...loaded],
      )
      listed = { loaded: all, pending: withoutDuplicates([...all, ...pending]).slice(all.length) }
    }
    if (part === 'next' || part === 'all') nextCursor = page.nextCursor
    if (part !== 'next') previousCursor = page.previousCursor
  }
  function end(next: PhotoListStatus): void {
    running = undefined
    status = next
    publish()
  }

  /** Loads everything again that is loaded. */
  function reload(): void {
    if (running) void running.ended.then(() => isOpen && reload())
    else void load(nextCursor === undefined ? 'first' : 'all')
  }
  function react(change: PhotoChange): void {
    if (change.type === 'missed') reload()
    if (running) changesSince.push(change)
    listed = applyChange(listed, change, facts())
    publish()
  }
  function showPending(): void {
    if (listed.pending.length === 0) return
    // what lies between them and the first photo that is loaded is not known
    if (previousCursor !== null) return void load('first')
    listed = addPending(listed, facts())
    publish()
  }
  async function loadMore(): Promise<void> {
    if (running) {
      const { part, ended } = running
      await ended
      if (part !== 'all' || !isOpen) return
    }
    if (failedPart) await load(failedPart)
    else if (nextCursor !== null) await load(nextCursor === undefined ? 'first' : 'next')
  }

  return {
    subscribe,
    getSnapshot,
    open: whileUsed(() => {
      const unsubscribe = changes.subscribe(react)
      isOpen = true
      // what has changed while it was closed is not known
      if ((nextCursor === undefined || wasClosed) && !running)
        void load(previousCursor === null ? 'first' : 'all')
      return () => {
        unsubscribe()
        running?.cancel()
        running = undefined
        isOpen = false
        wasClosed = true
      }
    }),
    loadMore,
    async loadNewer() {
      if (running) await running.ended
      else if (previousCursor !== null) await load('newer')
    },
    refresh: () => (running?.part === 'all' ? running.ended : load('first')),
    showPending,
    holdNew(isHeld) {
      holdsNew = isHeld
      if (!isHeld && previousCursor === null) showPending()
    },
  }
}

/** Splits a list that was loaded again: photos before the first known one can wait. */
function splitNew(known: readonly Photo[], photos: readonly Photo[], holdsNew: boolean): ListedPhotos {
  const ids = new Set(known.map(({ id }) => id))
  const start = photos.findIndex(({ id }) => ids.has(id))
  if (!holdsNew || start < 0) return { loaded: photos, pending: [] }
  return { loaded: photos.slice(start), pending: photos.slice(0, start) }
}
