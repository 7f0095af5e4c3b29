import type { BlobKey } from '@tintype/storage'
import { renditionsPrefix } from '../blob-keys.ts'

/** Largest rendition that may be torn by a power cut: it is read whole and compared with its hash before it is sent. */
const maxExpendableByteSize = 512 * 1024

/** Whether a rendition of so many bytes is stored without waiting until it is durable. */
export function isExpendable({ byteSize }: { readonly byteSize: number }): boolean {
  return byteSize <= maxExpendableByteSize
}

/** Whether a power cut may have left other bytes under the key than its row says. */
export function canBeTorn(media: { readonly key: BlobKey; readonly byteSize: number }): boolean {
  return media.key.startsWith(renditionsPrefix) && isExpendable(media)
}
