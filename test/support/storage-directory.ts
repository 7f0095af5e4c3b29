import { resolve } from 'node:path'

/**
 * The directory in which a server stores its blobs. Absolute.
 *
 * @param url as in `TINTYPE_STORAGE_URL`
 * @throws Error if this store is no directory
 */
export function storageDirectory(dataDirectory: string, url: string): string {
  const path = /^file:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1]
  if (path !== undefined) return resolve(dataDirectory, decodeURIComponent(path))
  throw new Error('This store has no directory')
}
