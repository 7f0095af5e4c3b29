import { type BlobProblem, checkBlob } from '../maintenance/check-blob.ts'
import type { BlobCopy } from './move.ts'
import type { RowBlob } from './row-blobs.ts'

/**
 * Makes sure that the target has a blob as its row says: one that is there is read and compared, any other is copied, and hashed
 * on the way.
 *
 * @returns what is wrong with the blob at the source; then nothing is stored
 * @throws what the stores throw, and the signal's reason
 */
export async function copyBlob(
  { key, expected, contentType }: RowBlob,
  { stores, staging, pace, signal, onCopied }: BlobCopy,
): Promise<BlobProblem | undefined> {
  signal.throwIfAborted()
  const there = await stores.to.stat(key)
  if (there?.byteSize === expected.byteSize) {
    const difference = await checkBlob({ blobs: stores.to, key, expected }, { signal })
    if (difference === undefined) return undefined
  }
  await pace.spend(expected.byteSize, signal)
  await using upload = staging.begin()
  const onChunk = (chunk: Uint8Array) => upload.write(chunk)
  const problem = await checkBlob({ blobs: stores.from, key, expected }, { signal, onChunk })
  if (problem) return problem
  const { source: bytes } = await upload.finish()
  // What is there has other bytes: of an earlier rendition, or damaged.
  await stores.to.put(key, bytes, { contentType, ifExists: there ? 'replace' : 'fail', signal })
  onCopied(expected.byteSize)
  return undefined
}
