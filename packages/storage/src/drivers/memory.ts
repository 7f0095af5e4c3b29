import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { TintypeError } from '@tintype/contract'
import type { BlobKey } from '../blob-key.ts'
import type { BlobSource, BlobStat, BlobStore, ByteRange } from '../blob-store.ts'
import { toReadError } from '../storage-error.ts'
import type { StoreClaim } from '../store-claim.ts'

interface StoredBytes {
  readonly bytes: Buffer
  readonly modifiedAtMs: number
  readonly version: string
}

const pieceByteSize = 64 * 1024

/** Opens a store that keeps everything in memory and forgets it when it is disposed; for tests and trials. */
export async function openMemoryBlobStore(): Promise<BlobStore> {
  const blobs = new Map<BlobKey, StoredBytes>()
  let lastVersion = 0
  let claimed: StoreClaim | undefined

  return {
    async put(key, source, { ifExists, signal }) {
      signal?.throwIfAborted()
      const bytes = await copyBytes(source)
      signal?.throwIfAborted()
      if (ifExists === 'fail' && blobs.has(key)) return 'exists'
      lastVersion += 1
      blobs.set(key, { bytes, modifiedAtMs: Date.now(), version: `${lastVersion}` })
      return 'stored'
    },

    async open(key, { range } = {}) {
      const blob = blobs.get(key)
      return blob && { byteSize: blob.bytes.byteLength, body: streamBytes(blob.bytes, range) }
    },

    async stat(key) {
      const blob = blobs.get(key)
      return blob && toBlobStat(key, blob)
    },

    async delete(key) {
      blobs.delete(key)
    },

    async *list(prefix) {
      for (const [key, blob] of [...blobs]) if (key.startsWith(prefix)) yield toBlobStat(key, blob)
    },

    async *listAfter(prefix, after) {
      const keys = [...blobs.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
      for (const key of keys) {
        const blob = blobs.get(key)
        if (blob) yield toBlobStat(key, blob)
      }
    },

    async readClaim() {
      return claimed && { ...claimed }
    },

    async claim(claim) {
      claimed ??= { ...claim }
      return { ...claimed }
    },

    async probe() {},

    async [Symbol.asyncDispose]() {
      blobs.clear()
    },
  }
}

function toBlobStat(key: BlobKey, { bytes, modifiedAtMs, version }: StoredBytes): BlobStat {
  return { key, byteSize: bytes.byteLength, modifiedAtMs, version }
}

/** A copy, because the caller may change its bytes afterwards. */
async function copyBytes(source: BlobSource): Promise<Buffer> {
  if (source instanceof Uint8Array) return Buffer.from(source)
  try {
    return await readFile(source.path)
  } catch (error) {
    throw toReadError(error)
  }
}

function streamBytes(bytes: Buffer, range: ByteRange | undefined): Readable {
  const { start, end } = range ?? { start: 0, end: bytes.byteLength - 1 }
  if (range && !(start >= 0 && start <= end && end < bytes.byteLength))
    throw new TintypeError('INTERNAL', 'The requested range lies outside the stored bytes')
  return Readable.from(split(bytes.subarray(start, end + 1)), { objectMode: false })
}

/** Copies, because each chunk belongs to its reader. */
function* split(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += pieceByteSize)
    yield Buffer.from(bytes.subarray(at, at + pieceByteSize))
}
