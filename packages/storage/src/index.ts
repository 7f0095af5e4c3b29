/**
 * Where bytes live: the `BlobStore` port, and the staging area where an upload's bytes wait until they are
 * checked. Drivers are under `@tintype/storage/drivers/*`, their contract suite under `@tintype/storage/testing`.
 */
export * from './blob-key.ts'
export * from './blob-store.ts'
export * from './byte-budget.ts'
export * from './durable-directory.ts'
export * from './staging/file-source.ts'
export * from './staging/staging.ts'
export { hasNativeCode } from './storage-error.ts'
