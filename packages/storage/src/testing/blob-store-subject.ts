import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { type BlobKey, parseBlobKey } from '../blob-key.ts'
import type { BlobReader, BlobSource, BlobStat, BlobStore, ByteRange, PutOptions } from '../blob-store.ts'
import { fileSource } from '../staging/file-source.ts'

/** One opened store of the suite. */
export interface BlobStoreFixture extends AsyncDisposable {
  readonly store: BlobStore
  /** Where the suite puts staged files; on the store's file system. By default the system's temporary directory. */
  readonly stagingDirectory?: string
}

/** A driver under the suite. */
export interface BlobStoreSubject {
  /** Opens an empty store; each test has its own. */
  open(): Promise<BlobStoreFixture>
  /** Which optional abilities the driver has. */
  readonly abilities: { readonly localPath: boolean }
}

/** Options of a put of what never changes. */
export const keep: PutOptions = { contentType: 'image/jpeg', ifExists: 'fail' }
/** Options of a put that replaces. */
export const replace: PutOptions = { contentType: 'image/jpeg', ifExists: 'replace' }

/** A key of an original, as photos have them. */
export function newKey(id: string = randomUUID()): BlobKey {
  return parseBlobKey(`originals/${id.slice(0, 7)}/${id}.jpg`)
}

/** `byteSize` bytes, different for each `fill` and hardly ever repeating. */
export function makeBytes(byteSize: number, fill = 1): Buffer {
  const bytes = Buffer.alloc(byteSize)
  let state = (fill * 2654435761) >>> 0
  for (let index = 0; index < byteSize; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}

/** All bytes of a blob, or of a range of it; `undefined` if there is none. */
export async function readBlob(
  store: Pick<BlobReader, 'open'>,
  { key, range }: { readonly key: BlobKey; readonly range?: ByteRange },
): Promise<Buffer | undefined> {
  const blob = await store.open(key, { range })
  return blob && buffer(blob.body)
}

/** What is listed below a prefix, by key. */
export async function listBlobs(store: BlobStore, prefix: string): Promise<BlobStat[]> {
  const blobs: BlobStat[] = []
  for await (const blob of store.list(prefix)) blobs.push(blob)
  return blobs.sort((one, other) => (one.key < other.key ? -1 : 1))
}

/** The two shapes in which bytes reach a store. */
export const sourceKinds: readonly {
  readonly kind: string
  stage(fixture: BlobStoreFixture, bytes: Buffer): Promise<BlobSource>
}[] = [
  { kind: 'bytes', stage: async (_fixture, bytes) => bytes },
  {
    kind: 'a staged file',
    async stage({ stagingDirectory = tmpdir() }, bytes) {
      const path = join(stagingDirectory, `staged-${randomUUID()}`)
      await writeFile(path, bytes, { mode: 0o640 })
      return fileSource(path)
    },
  },
]
