import { createHash } from 'node:crypto'
import type { PhotoRecord } from '@tintype/catalog'
import {
  type BlobKey,
  type BlobReader,
  type BlobStore,
  fileSource,
  parseBlobKey,
  type Staging,
  unreadableReasonOf,
} from '@tintype/storage'
import { type Emptied, type EmptyOptions, emptyQuarantine } from './empty-quarantine.ts'
import { digestOf, putAside } from './put-aside.ts'

/** A photo whose original is not what its row says. */
export interface BrokenPhoto {
  readonly photo: PhotoRecord
  readonly key: BlobKey
}

/** How much of the existing bytes was kept: `part` if the store cannot read them all. */
export type Kept = 'all' | 'part'

/** Keeps bytes that nothing serves. What a call returned as kept is durable. */
export interface Quarantine {
  /**
   * Keeps a photo that is about to be deleted because its original is broken: its row as `{id}.json`, and the bytes that
   * can be read, if there are any, as `{id}.{extension}`.
   */
  keepBroken(broken: BrokenPhoto): Promise<Kept>
  /**
   * Keeps an original that no row names, under its own key: copying `originals/` back restores it.
   *
   * @returns `part` if it cannot be read whole: then nothing of it is kept; `undefined` if it does not exist any more
   */
  keepOrphan(key: BlobKey): Promise<Kept | undefined>
  /** Removes what has been kept since before a moment, for ever. @throws the signal's reason */
  empty(options: EmptyOptions): Promise<Emptied>
  /** Counts what is there, files of others included. @throws the signal's reason */
  measure(signal: AbortSignal): Promise<QuarantineSize>
}

/** What is in quarantine. */
export interface QuarantineSize {
  readonly files: number
  readonly byteSize: number
}

/** What a quarantine works with. */
export interface QuarantineDependencies {
  /** The store whose bytes are kept. */
  readonly blobs: Pick<BlobReader, 'localPath' | 'open' | 'stat'>
  readonly staging: Pick<Staging, 'makeScratchFile'>
  /** Opens the store of the kept bytes. Called for each photo, so that none is made before it is needed. */
  readonly openStore: () => Promise<BlobStore>
}

/** Creates a quarantine. Its methods throw what stores and staging throw. The caller must own the library. */
export function createQuarantine({ blobs, staging, openStore }: QuarantineDependencies): Quarantine {
  /** From a local file without a copy if the store can link it. That also keeps what the disk cannot read any more. */
  async function keepFile(store: BlobStore, key: BlobKey, name: BlobKey): Promise<Kept | undefined> {
    const path = await blobs.localPath?.(key)
    if (path === undefined) return undefined
    const stat = await blobs.stat(key)
    if (!stat) return undefined
    try {
      // It is durable already, and what cannot be read cannot be synced.
      const source = { path, sync: async () => undefined }
      await putAside(store, name, { source, byteSize: stat.byteSize, digest: () => digestOf(blobs, key) })
      return 'all'
    } catch (error) {
      if (unreadableReasonOf(error) === undefined && (await blobs.stat(key))) throw error
      return undefined // the copy finds out what can be read
    }
  }

  /** By a copy in a scratch file: memory does not grow with the bytes. */
  async function keepCopy(
    store: BlobStore,
    { key, name, keepsPart }: { readonly key: BlobKey; readonly name: BlobKey; readonly keepsPart: boolean },
  ): Promise<Kept | undefined> {
    await using scratch = await staging.makeScratchFile()
    const digest = createHash('sha256')
    let byteSize = 0
    async function* read(body: AsyncIterable<Uint8Array>) {
      for await (const chunk of body) {
        digest.update(chunk)
        byteSize += chunk.byteLength
        yield chunk
      }
    }
    let kept: Kept = 'all'
    try {
      const blob = await blobs.open(key)
      if (!blob) return undefined
      await scratch.fill(read(blob.body))
    } catch (error) {
      if (unreadableReasonOf(error) === undefined) throw error
      await blobs.stat(key) // rejects if the whole store cannot be reached
      kept = 'part'
    }
    if (kept === 'part' && !(keepsPart && byteSize > 0)) return kept
    const sha256 = digest.digest('hex')
    await putAside(store, name, { source: fileSource(scratch.path), byteSize, digest: async () => sha256 })
    return kept
  }

  return {
    async keepBroken({ photo, key }) {
      await using store = await openStore()
      const name = parseBlobKey(key.slice(key.lastIndexOf('/') + 1))
      const kept =
        (await keepFile(store, key, name)) ?? (await keepCopy(store, { key, name, keepsPart: true })) ?? 'all'
      const row = Buffer.from(`${JSON.stringify(photo, null, 2)}\n`)
      const options = { contentType: 'application/json', ifExists: 'replace' } as const
      await store.put(parseBlobKey(`${photo.id}.json`), row, options)
      return kept
    },

    async keepOrphan(key) {
      await using store = await openStore()
      return (
        (await keepFile(store, key, key)) ?? (await keepCopy(store, { key, name: key, keepsPart: false }))
      )
    },

    async empty(options) {
      await using store = await openStore()
      return await emptyQuarantine(store, options)
    },

    async measure(signal) {
      await using store = await openStore()
      let files = 0
      let byteSize = 0
      for await (const blob of store.list('')) {
        signal.throwIfAborted()
        files += 1
        byteSize += blob.byteSize
      }
      return { files, byteSize }
    },
  }
}
