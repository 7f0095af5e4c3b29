import { readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type DiskBlobStoreOptions, openDiskBlobStore } from '../drivers/disk.ts'
import { openTestDirectory } from './open-test-directory.ts'

/** A disk store of one test, with the directories it works in; disposing it removes everything. */
export async function openTestDisk(options: Pick<DiskBlobStoreOptions, 'durability' | 'countsReads'> = {}) {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await openTestDirectory())
  const directory = join(home.path, 'photos')
  const stagingDirectory = join(home.path, 'staging')
  const store = opening.use(await openDiskBlobStore({ directory, stagingDirectory, ...options }))
  const owned = opening.move()
  return {
    store,
    home: home.path,
    directory,
    stagingDirectory,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Files below a directory, of any kind, without directories and leases. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.endsWith('.lease'))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Descriptors of this process that point below a directory, without those of leases. Works on Linux only. */
export async function openDescriptors(directory: string): Promise<string[]> {
  if (process.platform !== 'linux') return []
  const targets = (await readdir('/proc/self/fd')).map((fd) =>
    readlink(`/proc/self/fd/${fd}`).catch(() => ''),
  )
  return (await Promise.all(targets)).filter(
    (target) => target.startsWith(directory) && !target.endsWith('.lease'),
  )
}
