import { resolve } from 'node:path'

/** `TINTYPE_STORAGE_URL` of the servers that tests start, unless a test sets another one. */
export const storageUrl = process.env.TINTYPE_TEST_STORAGE_URL || 'file:media'

/**
 * Whether `listBlobs` can list the tests' store. Assertions on blobs are skipped if it cannot: the contract suite of the
 * store's driver makes them too.
 */
export const isListable = /^(?:file|s3):/.test(storageUrl)

/**
 * The directory in which a server stores its blobs. Absolute.
 *
 * @param url as in `TINTYPE_STORAGE_URL`
 * @throws Error if this store is no directory
 */
export function storageDirectory(dataDirectory: string, url: string): string {
  const path = /^file:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1]
  if (path !== undefined) return resolve(dataDirectory, decodeURIComponent(path))
  throw new Error('Blobs of this store cannot be listed. Skip this test unless `isListable`')
}
