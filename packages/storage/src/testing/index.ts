/** What tests of a blob store driver need. */
export * from './describe-blob-store.ts'
export * from './open-test-directory.ts'
