import type { Readable } from 'node:stream'
import type { MediaReference, PhotoId } from '@tintype/contract'
import { type BlobKey, type BlobStore, type ByteRange, createByteBudget } from '@tintype/storage'
import { originalKey, renditionKey } from '../blob-keys.ts'
import { isYounger } from '../renditions/is-younger.ts'
import type { FindMedia, Media } from './find-media.ts'
import { type HeldBytes, holdBytes } from './leased-bytes.ts'

/** Bytes of a media URL, to be sent. Whoever opened them disposes them, which gives back what they take. */
export interface OpenMedia extends Disposable {
  /** Of the whole as it is stored, whatever range is read. */
  readonly byteSize: number
  /** Exactly the bytes of the range; in memory, or read while they are sent. */
  readonly body: Buffer | Readable
}

/** Media that can be answered without waiting. */
export interface PresentMedia {
  readonly media: Media
  /** Their bytes; `undefined` where these are not in memory. */
  open(): HeldMedia | undefined
}

/** Bytes in memory, whole. Whoever opened them disposes them. */
export interface HeldMedia extends Disposable {
  readonly body: Buffer
}

/** Media as they are asked for: those that are asked for again and again come from memory, without catalog or store. */
export interface HotMedia {
  /** @see findMedia */
  find: FindMedia
  /** Opens the bytes of what `find` found; `undefined` where they are gone. */
  open(media: Media, range?: ByteRange): Promise<OpenMedia | undefined>
  /** What `find` would give, if that is in memory and needs no waiting for. */
  peek(reference: MediaReference): PresentMedia | undefined
  /** From now on nothing of this photo is answered from memory. */
  forget(id: PhotoId): void
}

/** What hot media are made of. */
export interface HotMediaDependencies {
  readonly find: FindMedia
  readonly blobs: Pick<BlobStore, 'open'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Memory for all of it. Absent: 32 MiB, a thousand renditions and some. */
  readonly memoryByteSize?: number | undefined
}

/**
 * How long what is in memory is believed, milliseconds: so long are files answered that were removed or replaced
 * behind the server's back. Short beside the year for which a browser believes them, long beside the time between two
 * requests for anything that is worth holding.
 */
const trustMs = 5000
/** Larger bytes are not held: beside the time that it takes to send them, opening their file costs little. */
const maxHeldByteSize = 512 * 1024
/** What an entry takes besides its bytes, on the generous side: key, facts and the map's own slot. */
const entryByteSize = 1024
const defaultMemoryByteSize = 32 * 1024 * 1024

interface Entry {
  readonly id: PhotoId
  readonly sinceMs: number
  readonly finding: Promise<Media>
  found?: Media
  wasOpened?: boolean
  held?: (HeldBytes & { readonly own: Disposable }) | undefined
}

/**
 * Remembers what a media URL names from its first request on, and its bytes from its second: what is asked for once
 * takes no room from what is asked for all the time. The oldest goes first where memory ends.
 *
 * @see docs/adr/0010-hot-media-in-memory.md
 */
export function createHotMedia({ find, blobs, now, ...options }: HotMediaDependencies): HotMedia {
  const entries = new Map<BlobKey, Entry>() // the oldest first
  const memory = createByteBudget(options.memoryByteSize ?? defaultMemoryByteSize)

  const isTrusted = ({ sinceMs }: Entry) => isYounger(sinceMs, { nowMs: now(), maxMs: trustMs })

  function drop(key: BlobKey, entry: Entry): void {
    if (entries.get(key) !== entry) return
    entries.delete(key)
    memory.give(entryByteSize)
    entry.held?.own[Symbol.dispose]()
  }

  function takeRoom(byteSize: number, own: Entry): boolean {
    for (const [key, entry] of entries) {
      if (memory.leftByteSize >= byteSize) break
      if (entry !== own) drop(key, entry)
    }
    return memory.take(byteSize) // not where all of it is being sent
  }

  function remember(key: BlobKey, reference: MediaReference, isLost: boolean | undefined): Promise<Media> {
    const past = entries.get(key)
    if (past) drop(key, past)
    const entry: Entry = { id: reference.id, sinceMs: now(), finding: find(reference, { isLost }) }
    entry.finding.then(
      (media) => {
        entry.found = media
      },
      () => drop(key, entry),
    )
    // Before anything is found: a deletion meanwhile finds the entry and drops it (threat B156).
    if (takeRoom(entryByteSize, entry)) entries.set(key, entry)
    return entry.finding
  }

  function hold(entry: Entry, media: Media): Entry['held'] {
    if (!takeRoom(media.byteSize, entry)) return undefined
    const held = holdBytes(
      () => readWhole(media, blobs),
      () => memory.give(media.byteSize),
    )
    void held.bytes.then((bytes) => bytes ?? drop(media.key, entry))
    return { ...held, own: held.lease() }
  }

  async function openHeld(entry: Entry, media: Media, range?: ByteRange): Promise<OpenMedia | undefined> {
    entry.held ??= hold(entry, media)
    const lease = entry.held?.lease()
    const bytes = await entry.held?.bytes
    if (lease && bytes) {
      const body = range ? bytes.subarray(range.start, range.end + 1) : bytes
      return { byteSize: bytes.byteLength, body, [Symbol.dispose]: () => lease[Symbol.dispose]() }
    }
    lease?.[Symbol.dispose]()
    return undefined
  }

  return {
    find(reference, { isLost } = {}) {
      const key = keyOf(reference)
      const entry = entries.get(key)
      return entry && isTrusted(entry) && !isLost ? entry.finding : remember(key, reference, isLost)
    },

    async open(media, range) {
      const entry = entries.get(media.key)
      if (entry?.found === media && media.byteSize <= maxHeldByteSize) {
        const held = entry.wasOpened ? await openHeld(entry, media, range) : undefined
        if (held) return held
        entry.wasOpened = true
      }
      const opened = await blobs.open(media.key, { range })
      return opened && { ...opened, [Symbol.dispose]: () => void opened.body.destroy() }
    },

    peek(reference) {
      const entry = entries.get(keyOf(reference))
      if (!entry?.found || !isTrusted(entry)) return undefined
      return { media: entry.found, open: () => openPresent(entry) }
    },

    forget(id) {
      for (const [key, entry] of entries) if (entry.id === id) drop(key, entry)
    },
  }
}

function openPresent({ held }: Entry): HeldMedia | undefined {
  const body = held?.present()
  if (!held || !body) return undefined
  const lease = held.lease()
  return { body, [Symbol.dispose]: () => lease[Symbol.dispose]() }
}

function keyOf(reference: MediaReference): BlobKey {
  const { kind, id, format } = reference
  return kind === 'original' ? originalKey(id, format) : renditionKey(id, reference.name, format)
}

/** `undefined` where the bytes are not those that were recorded, by their number. What fails is told by who streams. */
async function readWhole(
  { key, byteSize }: Media,
  blobs: HotMediaDependencies['blobs'],
): Promise<Buffer | undefined> {
  const opened = await blobs.open(key)
  if (opened?.byteSize !== byteSize) return void opened?.body.destroy()
  // a buffer of its own: a piece of a shared one would keep all of that in memory
  const bytes = Buffer.allocUnsafeSlow(byteSize)
  let at = 0
  for await (const chunk of opened.body) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
