import { lstatSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { ConfigError } from '../../config/config-error.ts'
import { storageDirectory } from '../../config/engines/storage-url.ts'
import type { LibraryPaths } from '../open-library.ts'

/** What an empty directory may have in it: what mkfs creates, and what the lock creates. */
const ignored = ['lost+found', 'tintype.lock', 'tintype.lock-journal']

/**
 * Files that are there already could be photos. Looks at what is on disks only.
 *
 * @throws ConfigError if there are any; native errors
 */
export async function refuseOccupied({ dataDirectory, catalog, storage }: LibraryPaths): Promise<void> {
  const filled = catalog.kind === 'sqlite' ? dataDirectory : undefined
  for (const directory of [filled, storageDirectory(storage)]) {
    const names = directory === undefined ? [] : await namesIn(directory)
    const first = names?.find((name) => !ignored.includes(name))
    if (first !== undefined)
      throw new ConfigError(`Restoring needs an empty data directory; ${directory} has ${first} in it`)
  }
  if (catalog.kind === 'sqlite' && lstatSync(catalog.file, { throwIfNoEntry: false }))
    throw new ConfigError(`Restoring needs an empty data directory; ${catalog.file} exists`)
}

/** Names in a directory; `undefined` if there is no such directory. */
export async function namesIn(directory: string): Promise<string[] | undefined> {
  return statSync(directory, { throwIfNoEntry: false }) && (await readdir(directory))
}
