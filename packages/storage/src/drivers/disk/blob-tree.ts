import { constants } from 'node:fs'
import { lstat, mkdir, open, realpath, rmdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { TintypeError } from '@tintype/contract'
import { makeDirectory } from '../../durable-directory.ts'
import { hasNativeCode } from '../../storage-error.ts'
import { isRealPath } from './regular-file.ts'
import { createSharedSync } from './shared-sync.ts'

/** The directory of all blobs, as readers need it. */
export interface BlobRoot {
  /** Absolute, without symbolic links. */
  readonly root: string
  /** Device of the root's file system. */
  readonly device: number
  /**
   * Called if a blob was not found. Rejects if the whole root is missing, or is now on another device.
   *
   * @throws STORAGE_UNAVAILABLE
   */
  confirmAbsence(): Promise<void>
}

/**
 * The directories of blobs: created, synced and removed as needed. Every `directory` is absolute, normalised, and the root
 * or below it. Errors are native ones or a `TintypeError`.
 */
export interface BlobTree extends BlobRoot {
  /** Creates a directory if it is missing; never through a symbolic link (threat B173). */
  ensure(directory: string): Promise<void>
  /** Resolves when the directory, and every change in it before the call, survives a power cut. */
  persist(directory: string): Promise<void>
  /** Removes the directory and its parents while they are empty. */
  prune(directory: string): Promise<void>
}

// Directories that are known to be durable: each one that is remembered saves a sync per put.
const maxKnownDirectories = 4096

/** Finds the root at `directory`, which must exist. Errors are native ones. */
export async function findBlobRoot(directory: string): Promise<BlobRoot> {
  const root = await realpath(directory)
  const { dev: device } = await stat(root)
  return {
    root,
    device,
    async confirmAbsence() {
      const stats = await stat(root).catch((error: unknown) => {
        throw unavailable('The storage directory is gone', error)
      })
      if (stats.dev !== device) throw unavailable('The storage directory is on another disk than at start')
    },
  }
}

/**
 * Opens the tree below `directory`, which is made if it is missing, readable by owner and group only (threat B183).
 *
 * @param options.isRelaxed whether `persist` does nothing, so that the system decides when to write
 */
export async function openBlobTree(
  directory: string,
  { isRelaxed = false }: { readonly isRelaxed?: boolean | undefined } = {},
): Promise<BlobTree> {
  await makeDirectory(directory)
  const found = await findBlobRoot(directory)
  const { root } = found
  const sync = createSharedSync(syncUnlessPruned)
  const known = new Set<string>()

  async function syncUnlessPruned(path: string): Promise<void> {
    try {
      await using handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
      await handle.sync()
    } catch (error) {
      // Pruned in the meantime: its removal must be durable instead.
      if (path === root || !hasNativeCode(error, ['ENOENT'])) throw error
      await sync(dirname(path))
    }
  }

  async function ensure(path: string): Promise<void> {
    if (await isRealPath(path)) return
    if (path === root) throw unavailable('The storage directory is gone')
    await ensure(dirname(path))
    known.delete(path)
    try {
      await mkdir(path, 0o750)
    } catch (error) {
      if (!hasNativeCode(error, ['EEXIST'])) throw error
      if (!(await lstat(path)).isDirectory())
        throw unavailable('Something that is no directory has the name of a directory', error)
    }
  }

  return {
    ...found,
    ensure,

    async persist(path) {
      if (isRelaxed) return
      const fresh: string[] = []
      for (let at = path; at !== root && !known.has(at); at = dirname(at)) fresh.push(at)
      await Promise.all([path, ...fresh.map((at) => dirname(at))].map(sync))
      for (const at of fresh) known.add(at)
      for (const oldest of known) {
        if (known.size <= maxKnownDirectories) break
        known.delete(oldest)
      }
    },

    async prune(path) {
      for (let at = path; at !== root; at = dirname(at)) {
        // Before it is removed: a put that creates it again must sync it again.
        known.delete(at)
        const isGone = await rmdir(at).then(
          () => true,
          () => false,
        )
        if (!isGone) return
      }
    },
  }
}

function unavailable(detail: string, cause?: unknown): TintypeError {
  return new TintypeError('STORAGE_UNAVAILABLE', detail, { cause })
}
