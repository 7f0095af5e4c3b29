import type { BlobReader } from '@tintype/storage'
import { originalsPrefix, readBlobKey } from '../blob-keys.ts'

/** Whether a store has the original of any photo. @throws what the store throws */
export async function hasOriginals(blobs: BlobReader): Promise<boolean> {
  for await (const { key } of blobs.list(originalsPrefix)) if (readBlobKey(key)) return true
  return false
}
