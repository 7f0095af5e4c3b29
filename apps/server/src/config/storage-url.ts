import { resolve } from 'node:path'
import { driverUrl, parseFilePath } from './driver-url.ts'

/** What a storage driver is opened with. `directory` is absolute. */
export type StorageSettings =
  | { readonly kind: 'disk'; readonly directory: string }
  | { readonly kind: 'memory' }

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
  },
  expected: 'file:relative/path, file:///absolute/path or memory:',
  planned: { s3: 's3:// storage is not available in this version' },
})

/** A storage that outlives the server. */
export type LastingStorage = Exclude<StorageSettings, { readonly kind: 'memory' }>

/** The directory of a storage on this machine; `undefined` if it has none. */
export function storageDirectory(storage: StorageSettings): string | undefined {
  return storage.kind === 'disk' ? storage.directory : undefined
}

/** A storage in messages for the operator. */
export function storageName(storage: StorageSettings): string {
  return storageDirectory(storage) ?? `the ${storage.kind} storage`
}
