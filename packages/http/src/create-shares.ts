import { createThreadShares, type ThreadShares } from './share-thread.ts'
import { createUploadSlots, type UploadSlots } from './upload-slots.ts'

/** What callers share besides decoders and memory. */
export interface Shares {
  readonly uploadSlots: UploadSlots
  /** Whose request or call begins next. */
  readonly thread: ThreadShares
}

/** Creates what the callers of one server share. @param options.maxConcurrentUploads uploads at once, at least 1 */
export function createShares({ maxConcurrentUploads }: { readonly maxConcurrentUploads: number }): Shares {
  return { uploadSlots: createUploadSlots(maxConcurrentUploads), thread: createThreadShares() }
}
