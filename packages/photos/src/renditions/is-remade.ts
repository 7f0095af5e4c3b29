import { parseRenditionName } from '@tintype/contract'
import type { BlobKey } from '@tintype/storage'
import { readBlobKey } from '../blob-keys.ts'

/** Whether a rendition is made again by a request of its URL. One of a custom size is not: only its back end can make it. */
export function isRemade({ name }: { readonly name: string }): boolean {
  return parseRenditionName(name)?.isCustom === false
}

/** The rendition of a key that a request makes again; `undefined` for every other key. */
export function readRemadeKey(key: BlobKey) {
  const reference = readBlobKey(key)
  return reference?.kind === 'rendition' && isRemade(reference) ? reference : undefined
}
