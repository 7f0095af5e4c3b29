import { mkdir, open, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { hasNativeCode } from './storage-error.ts'

/** Once this resolves, earlier changes of names in the directory survive a power cut. Errors are native ones. */
export async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory)
  await handle.sync()
}

/**
 * Makes a directory and its parents if they are missing, readable by owner and group only (threat B183). They
 * survive a power cut once this resolves. Errors are native ones.
 */
export async function makeDirectory(directory: string): Promise<void> {
  const path = resolve(directory)
  const firstMade = await makeMissing(path)
  if (firstMade === undefined) {
    // A start that was killed may have made it without a sync. If another user made it, its parent may be closed to us.
    await syncDirectory(dirname(path)).catch(() => undefined)
    return
  }
  for (let at = path; at.length >= firstMade.length; at = dirname(at)) {
    await syncDirectory(dirname(at))
    if (at === dirname(at)) return
  }
}

/**
 * Makes a directory and its parents if they are missing, without a sync. Node's own recursive `mkdir` never ends on a file system
 * that answers ENOENT for every new name, as `/proc` does.
 *
 * @param path absolute
 * @returns the first one that was made; `undefined` if the directory existed. Errors are native ones
 */
export async function makeMissing(path: string): Promise<string | undefined> {
  try {
    return await makeOne(path)
  } catch (error) {
    if (!hasNativeCode(error, ['ENOENT']) || path === dirname(path)) throw error
  }
  const firstMade = await makeMissing(dirname(path))
  const made = await makeOne(path)
  return firstMade ?? made
}

/** Makes one directory. Returns its path; `undefined` if it exists. */
async function makeOne(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, 0o750)
    return path
  } catch (error) {
    // If its parent cannot be written either, the code of a directory that exists is not EEXIST on every system.
    const isDirectory = await stat(path).then(
      (stats) => stats.isDirectory(),
      () => false,
    )
    if (isDirectory) return undefined
    throw error
  }
}
