import type { Config } from './config.ts'

/** A storage that outlives the server. */
export type LastingStorage = Exclude<Config['storage'], { readonly kind: 'memory' }>

/** The directory of a storage on this machine, absolute; `undefined` if it has none. */
export function storageDirectory(storage: Config['storage']): string | undefined {
  return storage.kind === 'disk' ? storage.directory : undefined
}

/** A storage in messages for the operator. */
export function storageName(storage: Config['storage']): string {
  return storageDirectory(storage) ?? `the ${storage.kind} storage`
}
