/**
 * Where bytes are stored: the `BlobStore` port, and the staging area where an upload's bytes wait until they are
 * checked. Drivers are under `@tintype/storage/drivers/*`, their contract suite under `@tintype/storage/testing`.
 */
export { type BlobKey, parseBlobKey } from './blob-key.ts'
export {
  type BlobReader,
  type BlobSource,
  type BlobStat,
  type BlobStore,
  type ByteRange,
  type ContentFacts,
  type OpenBlob,
  type PresignedUrl,
  type Presigning,
  type PresignRequest,
  type PutOptions,
  type StagedSource,
  type UnreadableReason,
  unreadableReasonOf,
} from './blob-store.ts'
export { type ByteBudget, createByteBudget } from './byte-budget.ts'
export { makeDirectory, syncDirectory } from './durable-directory.ts'
export { lockFile, waitForFileLock } from './file-lock.ts'
export { fileSource } from './staging/file-source.ts'
export {
  listStaged,
  openStaging,
  type ScratchFile,
  type StagedUpload,
  type Staging,
  type StagingOptions,
} from './staging/staging.ts'
export type { StoreClaim } from './store-claim.ts'
