import { resolve } from 'node:path'
import { driverUrl, parseFilePath } from './driver-url.ts'
import { parseS3Url, type S3Settings } from './s3-url.ts'

/** What a storage driver is opened with. `directory` is absolute. */
export type StorageSettings =
  | { readonly kind: 'disk'; readonly directory: string }
  | { readonly kind: 'memory' }
  | S3Settings

/** Reads `TINTYPE_STORAGE_URL`. */
export const parseStorageUrl = driverUrl<StorageSettings>({
  schemes: {
    file(rest) {
      const path = parseFilePath(rest)
      return path === undefined
        ? undefined
        : (dataDirectory) => ({ kind: 'disk', directory: resolve(dataDirectory, path) })
    },
    memory: (rest) => (rest === '' ? () => ({ kind: 'memory' }) : undefined),
    s3(rest) {
      const settings = parseS3Url(rest)
      return settings && (() => settings)
    },
  },
  expected: 'file:relative/path, file:///absolute/path, s3://bucket/prefix or memory:',
  planned: {},
})

/** A storage that outlives the server. */
export type LastingStorage = Exclude<StorageSettings, { readonly kind: 'memory' }>

/** The directory of a storage on this machine; `undefined` if it has none. */
export function storageDirectory(storage: StorageSettings): string | undefined {
  return storage.kind === 'disk' ? storage.directory : undefined
}

/** A storage in messages for the operator. */
export function storageName(storage: StorageSettings): string {
  if (storage.kind === 's3') return `the bucket "${storage.bucket}"`
  return storageDirectory(storage) ?? `the ${storage.kind} storage`
}
