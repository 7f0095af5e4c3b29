import { type PhotoId, TintypeError } from '@tintype/contract'
import type { AccessCatalog } from '../access-catalog.ts'
import { applyPatch } from '../apply-patch.ts'
import { announceWrites } from '../changes/announce-writes.ts'
import type { ChangeFeed } from '../changes/change-feed.ts'
import { createLocalFeed } from '../changes/change-handlers.ts'
import { copyPhoto } from '../copy-photo.ts'
import type { InsertOutcome } from '../insert-outcome.ts'
import type {
  DeletedPhoto,
  IdempotencyKey,
  InsertOptions,
  PhotoCatalog,
  PhotoRecord,
  RenditionRecord,
} from '../photo-catalog.ts'
import { planTagChange } from '../tag-change.ts'
import { queryLimits } from '../turns/query-too-long.ts'
import { createTurns, type ReadOptions, runPieces } from '../turns/turns.ts'
import { createMemoryAccess } from './memory/access.ts'
import { createMemoryDeletions } from './memory/blob-deletions.ts'
import { createMemoryEvents } from './memory/events.ts'
import { findByDigest } from './memory/find-by-digest.ts'
import { createMemoryLeases } from './memory/leases.ts'
import { createMemoryLibrary } from './memory/library.ts'
import { createEntryLists } from './memory/list-entries.ts'
import { listTags } from './memory/list-tags.ts'

interface Entry {
  readonly seq: number
  photo: PhotoRecord
  /** By name and format. */
  readonly renditions: Map<string, RenditionRecord>
}

/**
 * Opens an empty catalog in memory, which is lost when the process ends. For tests, and for trying Tintype out. Listing
 * takes time in proportion to the number of photos, in pieces with pauses.
 */
export async function openMemoryCatalog(): Promise<PhotoCatalog & AccessCatalog> {
  /** In the order of insertion, as a `Map` keeps it. */
  const entries = new Map<PhotoId, Entry>()
  /** By owner and key. */
  const idsByKey = new Map<string, PhotoId>()
  let lastSeq = 0
  let isClosed = false

  const run = async <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    if (isClosed) throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog is closed')
    return work()
  }
  const turns = createTurns(queryLimits)
  const list = createEntryLists(entries)
  const runLong = <Result>(work: () => Iterator<void, Result>, options: ReadOptions | undefined) =>
    run(() => turns.run((pause) => runPieces(work(), pause), options))
  const access = createMemoryAccess(run)
  const deletions = createMemoryDeletions(run)
  const events = createMemoryEvents()
  const insert = (photo: PhotoRecord, options: InsertOptions): InsertOutcome => {
    const { idempotency, grant, quotas = [], rendition } = options
    const keyed = findByKey(idempotency)
    if (keyed !== undefined) return { status: 'key-taken', photo: copyPhoto(keyed.photo) }
    if (grant !== undefined && !access.isUsable(grant)) return { status: 'grant-used-up' }
    const excess = access.findExcess(photo, quotas)
    if (excess !== undefined) return { status: 'quota-exceeded', excess }
    if (entries.has(photo.id)) return { status: 'id-taken' }
    if (grant !== undefined) access.use(grant)
    access.count(photo, 1)
    lastSeq += 1
    events.record(undefined, photo)
    entries.set(photo.id, { seq: lastSeq, photo: copyPhoto(photo), renditions: new Map() })
    if (rendition !== undefined) putRendition(rendition)
    if (idempotency !== undefined) idsByKey.set(textOf(idempotency), photo.id)
    return { status: 'inserted' }
  }
  const putRendition = (rendition: RenditionRecord): boolean => {
    const { photoId, name, format } = rendition
    return entries.get(photoId)?.renditions.set(`${name}.${format}`, { ...rendition }) !== undefined
  }
  const findByKey = (key: IdempotencyKey | undefined): Entry | undefined => {
    const id = key && idsByKey.get(textOf(key))
    return id && entries.get(id)
  }
  const remove = (id: PhotoId): DeletedPhoto | undefined => {
    const entry = entries.get(id)
    entries.delete(id)
    for (const [key, keyed] of idsByKey) if (keyed === id) idsByKey.delete(key)
    if (entry === undefined) return undefined
    access.count(entry.photo, -1)
    events.record(entry.photo, undefined)
    return { photo: entry.photo, renditions: listRenditions(entry) }
  }
  const forgetIdempotencyKeys = (before: string): void => {
    for (const [key, id] of idsByKey)
      if ((entries.get(id)?.photo.createdAt ?? '') < before) idsByKey.delete(key)
  }

  const catalog: Omit<PhotoCatalog & AccessCatalog, keyof ChangeFeed> = {
    shortSearchReach: Number.POSITIVE_INFINITY,
    ...access.catalog,
    ...createMemoryLibrary(run),
    ...createMemoryLeases(run),
    ...deletions.catalog,
    insert: (photo, options = {}) => run(() => insert(photo, options)),
    get: (id) => run(() => copyFound(entries.get(id))),
    getByIdempotencyKey: (key) => run(() => copyFound(findByKey(key))),
    findByDigest: (query) =>
      runLong(() => findByDigest(entries.values(), query), undefined).then((found) => found.map(copyPhoto)),
    whichExist: (references) =>
      run(() =>
        references.map((reference) => {
          const entry = entries.get(reference.id)
          if (reference.kind === 'original') return entry?.photo.format === reference.format
          return entry?.renditions.has(`${reference.name}.${reference.format}`) ?? false
        }),
      ),
    list: (query, options) => runLong(() => list(query), options),
    update: (id, patch, options) =>
      run(() => {
        const entry = entries.get(id)
        if (entry === undefined) return undefined
        const patched = applyPatch(entry.photo, patch)
        events.record(entry.photo, patched)
        entry.photo = patched
        access.record(options?.audit)
        return copyFound(entry)
      }),
    changeTags: (ids, change, options) =>
      run(() => {
        const outcome = planTagChange(ids, (id) => entries.get(id)?.photo, change)
        if (outcome.status !== 'tagged') return outcome
        for (const photo of outcome.photos) {
          const entry = entries.get(photo.id)
          if (entry === undefined) continue
          events.record(entry.photo, photo)
          entry.photo = photo
        }
        for (const audit of options?.audits ?? []) access.record(audit)
        return { ...outcome, photos: outcome.photos.map(copyPhoto) }
      }),
    listEvents: (query) => run(() => events.list(query)),
    findNewestEvent: () => run(events.newest),
    forgetEvents: (before) => run(() => events.forget(before)),
    listTags: (query, options) => runLong(() => listTags(entries.values(), query), options),
    move: (id, owner, options) =>
      run(() => {
        const entry = entries.get(id)
        if (entry === undefined) return undefined
        access.count({ ...entry.photo, uploadedBy: null }, -1)
        const moved = { ...entry.photo, owner }
        events.record(entry.photo, moved)
        entry.photo = moved
        for (const [key, keyed] of idsByKey) if (keyed === id) idsByKey.delete(key)
        access.count({ ...entry.photo, uploadedBy: null }, 1)
        access.record(options?.audit)
        return copyFound(entry)
      }),
    setPlaceholder: (id, placeholder) =>
      run(() => {
        const entry = entries.get(id)
        if (entry === undefined) return
        const pictured = { ...entry.photo, placeholder }
        events.record(entry.photo, pictured)
        entry.photo = pictured
      }),
    delete: (id, options) =>
      run(() => {
        const removed = remove(id)
        if (removed !== undefined) {
          deletions.note({ photoId: id, format: removed.photo.format })
          access.record(options?.audit)
        }
        return removed
      }),
    putRendition: (rendition) => run(() => putRendition(rendition)),
    getRendition: (photoId, name, format) =>
      run(() => {
        const rendition = entries.get(photoId)?.renditions.get(`${name}.${format}`)
        return rendition && { ...rendition }
      }),
    deleteRendition: (photoId, name, format) =>
      run(() => void entries.get(photoId)?.renditions.delete(`${name}.${format}`)),
    listRenditions: (photoId) => run(() => listRenditions(entries.get(photoId))),
    forgetIdempotencyKeys: (before) => run(() => forgetIdempotencyKeys(before)),
    count: () => run(() => entries.size),
    probe: () => run(() => undefined),
    async [Symbol.asyncDispose]() {
      isClosed = true
    },
  }
  const feed = createLocalFeed()
  return { ...catalog, ...announceWrites(catalog, feed), ...feed }
}

function textOf({ owner, key }: IdempotencyKey): string {
  return JSON.stringify([owner, key])
}

function listRenditions(entry: Entry | undefined): RenditionRecord[] {
  const renditions = [...(entry?.renditions.values() ?? [])]
  return renditions.sort(byNameThenFormat).map((rendition) => ({ ...rendition }))
}

function copyFound(entry: Entry | undefined): PhotoRecord | undefined {
  return entry && copyPhoto(entry.photo)
}

/** By code points, as databases compare; a locale would make the order depend on the machine. */
function byNameThenFormat(one: RenditionRecord, other: RenditionRecord): number {
  if (one.name !== other.name) return one.name < other.name ? -1 : 1
  return one.format < other.format ? -1 : Number(one.format > other.format)
}
