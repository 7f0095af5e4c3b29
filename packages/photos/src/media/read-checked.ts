import type { BlobReader } from '@tintype/storage'
import { checkBlob } from '../maintenance/check-blob.ts'
import type { Media } from './find-media.ts'

/**
 * All bytes of a blob, compared with their recorded size and hash; `undefined` if they differ, or cannot be read.
 *
 * @throws what the store throws if it is busy or cannot be reached
 */
export async function readChecked(
  { key, byteSize, sha256 }: Media,
  blobs: Pick<BlobReader, 'open' | 'stat'>,
): Promise<Buffer | undefined> {
  // A new buffer: a slice of a shared one would keep all of that one in memory.
  const bytes = Buffer.allocUnsafeSlow(byteSize)
  let at = 0
  const onChunk = (chunk: Uint8Array) => {
    bytes.set(chunk, at)
    at += chunk.length
  }
  const problem = await checkBlob({ blobs, key, expected: { byteSize, sha256 } }, { onChunk })
  return problem ? undefined : bytes
}
