import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { TintypeError } from '@tintype/contract'
import type { BlobKey } from '../blob-key.ts'
import type { BlobSource, BlobStore, ByteRange } from '../blob-store.ts'
import { toStorageError } from '../storage-error.ts'

interface StoredBytes {
  readonly bytes: Buffer
  readonly modifiedAtMs: number
}

const pieceByteSize = 64 * 1024

/** Opens a store that keeps everything in memory and forgets it when it is disposed; for tests and trials. */
export async function openMemoryBlobStore(): Promise<BlobStore> {
  const blobs = new Map<BlobKey, StoredBytes>()

  return {
    kind: 'memory',

    async put(key, source, { ifExists, signal }) {
      signal?.throwIfAborted()
      const bytes = await takeBytes(source)
      signal?.throwIfAborted()
      if (ifExists === 'fail' && blobs.has(key)) return 'exists'
      blobs.set(key, { bytes, modifiedAtMs: Date.now() })
      return 'stored'
    },

    async open(key, { range } = {}) {
      const blob = blobs.get(key)
      return blob && { byteSize: blob.bytes.byteLength, body: streamBytes(blob.bytes, range) }
    },

    async stat(key) {
      const blob = blobs.get(key)
      return blob && { key, byteSize: blob.bytes.byteLength, modifiedAtMs: blob.modifiedAtMs }
    },

    async delete(key) {
      blobs.delete(key)
    },

    async *list(prefix) {
      for (const [key, { bytes, modifiedAtMs }] of [...blobs])
        if (key.startsWith(prefix)) yield { key, byteSize: bytes.byteLength, modifiedAtMs }
    },

    async probe() {},

    async [Symbol.asyncDispose]() {
      blobs.clear()
    },
  }
}

/** A copy, because the caller may do with its bytes what it likes. */
async function takeBytes(source: BlobSource): Promise<Buffer> {
  if (source instanceof Uint8Array) return Buffer.from(source)
  try {
    return await readFile(source.path)
  } catch (error) {
    throw toStorageError(error)
  }
}

function streamBytes(bytes: Buffer, range: ByteRange | undefined): Readable {
  const { start, end } = range ?? { start: 0, end: bytes.byteLength - 1 }
  if (range && !(start >= 0 && start <= end && end < bytes.byteLength))
    throw new TintypeError('INTERNAL', 'The range asked for lies outside the stored bytes')
  return Readable.from(split(bytes.subarray(start, end + 1)), { objectMode: false })
}

/** Copies, because each chunk belongs to whoever reads it. */
function* split(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += pieceByteSize)
    yield Buffer.from(bytes.subarray(at, at + pieceByteSize))
}
