import type { Readable } from 'node:stream'
import type { MediaReference, PhotoId, PhotoScope } from '@tintype/contract'
import { type BlobKey, type BlobStore, type ByteRange, createByteBudget } from '@tintype/storage'
import { originalKey, renditionKey } from '../blob-keys.ts'
import { checkBlob } from '../maintenance/check-blob.ts'
import { isReadable } from '../photo-scope.ts'
import { createWaiters, type Waiters } from '../renditions/waiters.ts'
import { canBeTorn } from './expendable-renditions.ts'
import { isPublicMedia, type Media, type PublicMedia } from './find-media.ts'
import { type LeasedBytes, leaseBytes } from './leased-bytes.ts'
import type { ObtainMedia, ObtainOptions } from './obtain-media.ts'
import { readChecked } from './read-checked.ts'

/** The bytes of a media URL, to be sent. The caller disposes them, which releases what they hold. */
export interface OpenMedia extends Disposable {
  /** Of the whole blob as it is stored, whatever range is read. */
  readonly byteSize: number
  /** Exactly the bytes of the range: in memory, or read while they are sent. */
  readonly body: Buffer | Readable
}

/** Public media that can be sent without waiting and without identifying the caller. */
export interface PresentMedia<Found extends Media = PublicMedia> {
  readonly media: Found
  /** Their bytes, whole, which the caller disposes; `undefined` if these are not in memory. */
  open(): (Disposable & { readonly body: Buffer }) | undefined
}

/** Media that are requested again and again, in memory: they need neither catalog nor store. */
export interface MediaCache {
  /** As the `obtain` that the cache was made with; from memory if that is recent. */
  obtain: ObtainMedia
  /**
   * Opens the bytes of what `obtain` returned; `undefined` if they are gone. Renditions that a power cut may have torn are
   * compared with their hash first, and are gone if they differ.
   */
  open(media: Media, range?: ByteRange): Promise<OpenMedia | undefined>
  /** What `obtain` would return, if that is public and in memory. */
  peek(reference: MediaReference): PresentMedia | undefined
  /** The same for a caller that was identified, or whose URL was verified. */
  peekFor(reference: MediaReference, scope: PhotoScope): PresentMedia<Media> | undefined
  /** Removes everything of a photo: from now on nothing of it is sent from memory. */
  forget(id: PhotoId): void
  /** Removes everything. */
  forgetAll(): void
}

/** What a media cache works with. */
export interface MediaCacheOptions {
  readonly obtain: ObtainMedia
  /** Called if another caller waits for what is being obtained already. */
  readonly onJoin?: ((key: BlobKey, share: string | undefined) => void) | undefined
  readonly blobs: Pick<BlobStore, 'open' | 'stat'>
  /** Memory for everything that is cached, in bytes; 32 MiB if absent. */
  readonly memoryByteSize?: number | undefined
}

/**
 * Maximum age of an entry in milliseconds. A file that was removed or replaced without the server may be served for so long.
 * That is short compared with the year for which a browser keeps it, and long compared with the time between two requests
 * for popular media.
 */
const maxAgeMs = 5000
/** Larger blobs are not cached: opening their file takes little time compared with sending them. */
const maxCachedByteSize = 512 * 1024
/** A generous estimate of what an entry takes besides its bytes: key, facts, headers made of them, and the map's own slot. */
const entryByteSize = 2048
const defaultMemoryByteSize = 32 * 1024 * 1024

interface Entry {
  readonly id: PhotoId
  readonly sinceMs: number
  readonly obtaining: Promise<Media>
  readonly waiters: Waiters
  media?: Media
  wasOpened?: boolean
  leased?: LeasedBytes | undefined
  /** What `peek` returns, made once. */
  present?: PresentMedia<Media>
}

/**
 * Caches what a media URL names from its first request on, and its bytes from its second: a photo that is requested
 * once takes no room from those that are requested all the time. The oldest entry is removed first when memory is full.
 *
 * @see docs/adr/0010-hot-media-in-memory.md
 */
export function createMediaCache({ obtain, onJoin, blobs, ...options }: MediaCacheOptions): MediaCache {
  const entries = new Map<BlobKey, Entry>() // the oldest first
  const memory = createByteBudget(options.memoryByteSize ?? defaultMemoryByteSize)

  // a clock that cannot be set back (threat B186)
  const isRecent = ({ sinceMs }: Entry) => performance.now() - sinceMs < maxAgeMs

  function drop(key: BlobKey, entry: Entry): void {
    if (entries.get(key) !== entry) return
    entries.delete(key)
    memory.release(entryByteSize)
    entry.leased?.[Symbol.dispose]()
  }

  /**
   * Reserves memory, and removes old entries to make room. Entries whose bytes are being sent are skipped, because removing
   * them frees almost nothing. Removes nothing at all if there would not be enough room.
   */
  function takeRoom(byteSize: number, own: Entry): boolean {
    const removable: [BlobKey, Entry][] = []
    let freeByteSize = memory.freeByteSize
    for (const [key, entry] of entries) {
      if (freeByteSize >= byteSize) break
      if (entry === own || entry.leased?.isInUse()) continue
      removable.push([key, entry])
      freeByteSize += entryByteSize + (entry.leased && entry.media ? entry.media.byteSize : 0)
    }
    if (freeByteSize < byteSize) return false
    for (const [key, entry] of removable) drop(key, entry)
    return memory.tryAcquire(byteSize)
  }

  function remember(key: BlobKey, reference: MediaReference, options: ObtainOptions): Promise<Media> {
    const past = entries.get(key)
    if (past) drop(key, past)
    const waiters = createWaiters()
    const obtaining = obtain(reference, { ...options, signal: waiters.signal })
    const entry: Entry = { id: reference.id, sinceMs: performance.now(), obtaining, waiters }
    obtaining.then(
      (media) => {
        entry.media = media
      },
      () => drop(key, entry),
    )
    // Added before anything is found: a deletion in the meantime finds the entry and removes it (threat B156).
    if (takeRoom(entryByteSize, entry)) entries.set(key, entry)
    return waiters.wait(obtaining, options.signal)
  }

  function readLeased(entry: Entry, media: Media): LeasedBytes | undefined {
    if (!takeRoom(media.byteSize, entry)) return undefined
    const leased = leaseBytes(
      () => (canBeTorn(media) ? readChecked(media, blobs) : readWhole(media, blobs)),
      () => memory.release(media.byteSize),
    )
    void leased.bytes.then((bytes) => bytes ?? drop(media.key, entry))
    return leased
  }

  async function openLeased(entry: Entry, media: Media, range?: ByteRange): Promise<OpenMedia | undefined> {
    entry.leased ??= readLeased(entry, media)
    const lease = entry.leased?.lease()
    const bytes = await entry.leased?.bytes
    if (lease && bytes) {
      return {
        byteSize: bytes.byteLength,
        body: partOf(bytes, range),
        [Symbol.dispose]: () => lease[Symbol.dispose](),
      }
    }
    lease?.[Symbol.dispose]()
    return undefined
  }

  /** Bytes that are compared with their hash, which needs all of them: in memory if there is room, otherwise read twice. */
  async function openChecked(media: Media, range?: ByteRange): Promise<OpenMedia | undefined> {
    for (const [key, entry] of entries) {
      if (memory.freeByteSize >= media.byteSize || isRecent(entry)) break
      drop(key, entry)
    }
    const { key, byteSize, sha256 } = media
    if (!memory.tryAcquire(byteSize)) {
      const problem = await checkBlob({ blobs, key, expected: { byteSize, sha256 } })
      return problem ? undefined : openStream(media, range)
    }
    using room = new DisposableStack()
    room.defer(() => memory.release(byteSize))
    const bytes = await readChecked(media, blobs)
    if (!bytes) return undefined
    const held = room.move()
    return { byteSize, body: partOf(bytes, range), [Symbol.dispose]: () => held.dispose() }
  }

  async function openStream({ key }: Media, range?: ByteRange): Promise<OpenMedia | undefined> {
    const opened = await blobs.open(key, { range })
    return opened && { ...opened, [Symbol.dispose]: () => void opened.body.destroy() }
  }

  function findPresent(reference: MediaReference): PresentMedia<Media> | undefined {
    const entry = entries.get(keyOf(reference))
    if (!entry?.media || !isRecent(entry)) return undefined
    entry.present ??= { media: entry.media, open: () => openPresent(entry) }
    return entry.present
  }

  return {
    async obtain(reference, options = {}) {
      const key = keyOf(reference)
      const entry = entries.get(key)
      if (!entry || options.isLost || !isRecent(entry)) return remember(key, reference, options)
      if (entry.media) return entry.media
      if (options.makesCustom || entry.waiters.signal.aborted) return remember(key, reference, options)
      onJoin?.(key, options.share)
      return entry.waiters.wait(entry.obtaining, options.signal)
    },

    async open(media, range) {
      const entry = entries.get(media.key)
      if (entry?.media === media && media.byteSize <= maxCachedByteSize) {
        const opened = entry.wasOpened ? await openLeased(entry, media, range) : undefined
        if (opened) return opened
        entry.wasOpened = true
      }
      return canBeTorn(media) ? openChecked(media, range) : openStream(media, range)
    },

    peek(reference) {
      const present = findPresent(reference)
      return present && hasPublicMedia(present) ? present : undefined
    },

    peekFor(reference, scope) {
      const present = findPresent(reference)
      return present && isReadable(present.media, scope) ? present : undefined
    },

    forget(id) {
      for (const [key, entry] of entries) if (entry.id === id) drop(key, entry)
    },

    forgetAll() {
      for (const [key, entry] of entries) drop(key, entry)
    },
  }
}

function partOf(bytes: Buffer, range: ByteRange | undefined): Buffer {
  return range ? bytes.subarray(range.start, range.end + 1) : bytes
}

function hasPublicMedia(present: PresentMedia<Media>): present is PresentMedia {
  return isPublicMedia(present.media)
}

function openPresent({ leased }: Entry): ReturnType<PresentMedia['open']> {
  const body = leased?.present()
  if (!leased || !body) return undefined
  const lease = leased.lease()
  return { body, [Symbol.dispose]: lease[Symbol.dispose] }
}

function keyOf(reference: MediaReference): BlobKey {
  const { kind, id, format } = reference
  return kind === 'original' ? originalKey(id, format) : renditionKey(id, reference.name, format)
}

/** `undefined` if there are not as many bytes as were recorded. The error appears when the body is streamed. */
async function readWhole(
  { key, byteSize }: Media,
  blobs: MediaCacheOptions['blobs'],
): Promise<Buffer | undefined> {
  const opened = await blobs.open(key)
  if (opened?.byteSize !== byteSize) return void opened?.body.destroy()
  // a new buffer: a slice of a shared one would keep all of that one in memory
  const bytes = Buffer.allocUnsafeSlow(byteSize)
  let at = 0
  for await (const chunk of opened.body) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
