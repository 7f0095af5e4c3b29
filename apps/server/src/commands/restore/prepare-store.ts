import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../../config/config-error.ts'
import { storageDirectory, storageName } from '../../config/engines/storage-url.ts'
import { openBlobStore } from '../../open-drivers.ts'
import type { LibraryPaths } from '../open-library.ts'
import { namesIn } from './refuse-occupied.ts'

/** An empty store that a restore fills. Disposing it empties it again, unless it is kept. */
export interface PreparedStore extends AsyncDisposable {
  keep(): void
}

/** @throws ConfigError if a bucket has objects below its prefix; errors of the driver */
export async function prepareStore({ storage, stagingDirectory }: LibraryPaths): Promise<PreparedStore> {
  await using undo = new AsyncDisposableStack()
  const directory = storageDirectory(storage)
  for (const path of [directory ?? stagingDirectory, stagingDirectory]) {
    const before = await namesIn(path)
    undo.defer(() => removeNew(path, before))
  }
  const open = () => openBlobStore({ storage, durability: 'full' }, stagingDirectory)
  if (directory === undefined) {
    await using blobs = await open()
    for await (const { key } of blobs.list(''))
      throw new ConfigError(`Restoring needs an empty storage; ${storageName(storage)} has ${key} in it`)
    if (await blobs.readClaim())
      throw new ConfigError(
        `Restoring needs an empty storage; ${storageName(storage)} belongs to a library already, as its library.json says`,
      )
    undo.defer(async () => {
      await using filled = await open()
      for await (const { key } of filled.list('')) await filled.delete(key)
    })
  }
  const owned = undo.move()
  let isKept = false
  return {
    keep() {
      isKept = true
    },
    async [Symbol.asyncDispose]() {
      if (!isKept) await owned.disposeAsync()
    },
  }
}

/** Removes what a restore made, and keeps what was there before, such as the mount point of a disk. */
async function removeNew(path: string, before: readonly string[] | undefined): Promise<void> {
  const names = before && ((await namesIn(path)) ?? []).filter((name) => !before.includes(name))
  const made = names?.map((name) => join(path, name)) ?? [path]
  for (const one of made) await rm(one, { recursive: true, force: true })
}
