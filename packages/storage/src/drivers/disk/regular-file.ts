import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises'
import type { BlobKey } from '../../blob-key.ts'
import type { BlobStat } from '../../blob-store.ts'
import { hasNativeCode } from '../../storage-error.ts'

// ELOOP is a symbolic link, ENXIO a socket: neither is a blob (threats B173, B174).
const codesOfAbsence = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO']

// Without O_NONBLOCK, opening a FIFO would wait for a writer that may never come (threat B174).
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * Whether `path`, absolute and normalised, exists and no part of it is a symbolic link. Never cached, because a link may
 * be planted at any time (threat B173). Errors are native ones.
 */
export async function isRealPath(path: string): Promise<boolean> {
  return (await unlessAbsent(realpath(path))) === path
}

/**
 * Opens a regular file for reading; `undefined` for everything else. The caller owns the handle.
 *
 * @param options.countsAsUse whether the file system may note that it was read
 */
export async function openRegularFile(
  path: string,
  { countsAsUse }: { readonly countsAsUse: boolean },
): Promise<{ readonly handle: FileHandle; readonly byteSize: number } | undefined> {
  if (!(await isRealPath(path))) return undefined
  const handle = await unlessAbsent(countsAsUse ? open(path, readFlags) : openUnnoticed(path))
  if (handle === undefined) return undefined
  try {
    const stats = await handle.stat()
    if (stats.isFile()) return { handle, byteSize: stats.size }
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return undefined
}

/** Opens a file without a note of it in its access time, if the system has a way and this process owns the file. */
function openUnnoticed(path: string): Promise<FileHandle> {
  if (constants.O_NOATIME === undefined) return open(path, readFlags) // only Linux has it
  return open(path, readFlags | constants.O_NOATIME).catch((error: unknown) => {
    if (hasNativeCode(error, ['EPERM'])) return open(path, readFlags)
    throw error
  })
}

/** The stats of a regular file; `undefined` for everything else. */
export async function statRegularFile(path: string): Promise<Stats | undefined> {
  if (!(await isRealPath(path))) return undefined
  const stats = await unlessAbsent(lstat(path))
  return stats?.isFile() ? stats : undefined
}

/** The stat of a blob, from its file's. Every put makes a new file. Links change neither its inode nor its time. */
export function toBlobStat(key: BlobKey, { dev, ino, size, mtimeMs }: Stats): BlobStat {
  return { key, byteSize: size, modifiedAtMs: mtimeMs, version: `${dev}-${ino}-${size}-${mtimeMs}` }
}

/** `undefined` if nothing exists there, or nothing that can be a blob. */
export async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (hasNativeCode(error, codesOfAbsence)) return undefined
    throw error
  }
}
