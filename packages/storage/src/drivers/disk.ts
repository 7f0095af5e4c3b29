import { link, readdir, realpath, rmdir, stat as statPath, unlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { TintypeError } from '@tintype/contract'
import type { BlobReader, BlobStore } from '../blob-store.ts'
import { createCallTracker } from '../call-tracker.ts'
import {
  openTemporaryDirectory,
  sweepTemporaryDirectories,
  unlinkQuietly,
} from '../staging/temporary-directory.ts'
import { hasNativeCode, isDiskFull, toStorageError } from '../storage-error.ts'
import { findBlobRoot, openBlobTree } from './disk/blob-tree.ts'
import { claimDisk } from './disk/claim-file.ts'
import { type Disk, putFile } from './disk/put-file.ts'
import { readBlobs } from './disk/read-blobs.ts'
import { isRealPath } from './disk/regular-file.ts'
import { isKey, probeName } from './disk/walk-blobs.ts'

/** Directories and durability of a disk store. */
export interface DiskBlobStoreOptions {
  /** Every blob is the file named by its key in here. Made if it is missing. */
  readonly directory: string
  /**
   * Where files are written before they get their name; on the same file system. Made if it is missing. If absent, the
   * store has one of its own, `.staging` in `directory`, and disposing the store removes it.
   */
  readonly stagingDirectory?: string | undefined
  /**
   * `relaxed` never syncs: after a power cut a stored blob can be missing or short, and a deleted one can exist again.
   * Default: `full`.
   */
  readonly durability?: 'full' | 'relaxed' | undefined
  /** Whether reading a blob counts as its use, which `list` returns. If not, the file system does not note it. Default: `true`. */
  readonly countsReads?: boolean | undefined
}

/**
 * Opens a store on a local disk, and proves that it can be written.
 *
 * A blob is written under a random name in the staging directory, synced, and then linked to its name; a put
 * resolves when the directory is synced too. Concurrent puts into one directory share that sync.
 *
 * @throws STORAGE_FULL, STORAGE_UNAVAILABLE (also if the two directories are on different file systems)
 */
export async function openDiskBlobStore(options: DiskBlobStoreOptions): Promise<BlobStore> {
  return openDisk(options).catch((error: unknown) => {
    throw toStorageError(error)
  })
}

async function openDisk(options: DiskBlobStoreOptions): Promise<BlobStore> {
  const isRelaxed = options.durability === 'relaxed'
  await using opening = new AsyncDisposableStack()
  const tree = await openBlobTree(options.directory, { isRelaxed })
  const { stagingDirectory = join(tree.root, '.staging') } = options
  const isOwn = options.stagingDirectory === undefined
  if (isOwn) opening.defer(() => rmdir(stagingDirectory).catch(() => undefined)) // not empty: another store uses it
  const temporary = opening.use(await openTemporaryDirectory(stagingDirectory))
  if (isOwn) await sweepTemporaryDirectories(stagingDirectory)
  const disk = { tree, temporary, isRelaxed }
  if ((await statPath(stagingDirectory)).dev !== tree.device) throw differentFileSystems()
  // No key begins with a dot. Any other directory in the store would be listed and served (threat B180).
  if (/^(?!\.)/.test(relative(tree.root, await realpath(stagingDirectory))))
    throw new TintypeError(
      'STORAGE_UNAVAILABLE',
      'The staging directory must lie outside the storage directory',
    )
  await probe(disk).catch((error: unknown) => {
    if (!isDiskFull(error)) throw error // blobs can be read and deleted, and each put reports the error
  })
  const owned = opening.move()

  const { tracked, settled } = createCallTracker(toStorageError)
  const pathOf = (key: string) => join(tree.root, key)

  return {
    put: (key, source, putOptions) =>
      tracked(putFile(disk, { ...putOptions, source, path: pathOf(key) }), putOptions.signal),
    delete: (key) => tracked(remove(disk, pathOf(key))),
    claim: (claim) => tracked(claimDisk(disk, claim)),
    probe: () => tracked(probe(disk)),
    ...readBlobs(tree, { tracked, countsAsUse: options.countsReads ?? true }),
    async [Symbol.asyncDispose]() {
      await settled()
      await owned.disposeAsync()
    },
  }
}

/**
 * Opens a store on a local disk for reading only, also while a server uses it. Creates and writes nothing. Its reads do not count as
 * use of a blob: those who read this way check or copy every blob.
 *
 * @throws STORAGE_UNAVAILABLE if there is no such directory
 */
export async function openDiskBlobReader({
  directory,
}: Pick<DiskBlobStoreOptions, 'directory'>): Promise<BlobReader> {
  const root = await findBlobRoot(directory).catch((error: unknown) => {
    throw toStorageError(error)
  })
  const { tracked, settled } = createCallTracker(toStorageError)
  return { ...readBlobs(root, { tracked, countsAsUse: false }), [Symbol.asyncDispose]: settled }
}

async function remove({ tree }: Disk, path: string): Promise<void> {
  const directory = dirname(path)
  if (!(await isRealPath(directory))) return tree.confirmAbsence()
  await unlink(path).catch((error: unknown) => {
    if (!hasNativeCode(error, ['ENOENT', 'EISDIR'])) throw error
  })
  // Also if it did not exist: the delete that removed it may have failed before its sync.
  await tree.persist(directory)
  await tree.prune(directory)
}

/**
 * Does what a put does, with a name that no key can have, in the root and in each directory of it: one of them can be another
 * mount, or have another owner. The next probe removes what an interrupted one has left.
 */
async function probe({ tree, temporary }: Disk): Promise<void> {
  await temporary.probe(async (from) => {
    await tree.confirmAbsence()
    const entries = await readdir(tree.root, { withFileTypes: true })
    const kinds = entries.filter((entry) => entry.isDirectory() && isKey(entry.name))
    for (const name of ['', ...kinds.map((entry) => entry.name)])
      await probeDirectory(join(tree.root, name), from)
  })
}

async function probeDirectory(directory: string, from: string): Promise<void> {
  const path = join(directory, probeName)
  await unlinkQuietly(path)
  await link(from, path).catch((error: unknown) => {
    // Two mounts of one file system have the same device, but links between them are refused (threat B188).
    if (hasNativeCode(error, ['EXDEV'])) throw differentFileSystems(error)
    // Another probe has linked it, or a deletion has removed the directory, which was empty.
    if (!hasNativeCode(error, ['EEXIST', 'ENOENT'])) throw error
  })
  await unlinkQuietly(path)
}

function differentFileSystems(cause?: unknown): TintypeError {
  return new TintypeError(
    'STORAGE_UNAVAILABLE',
    'The staging directory must be on the same file system and mount as the storage directory',
    { cause },
  )
}
