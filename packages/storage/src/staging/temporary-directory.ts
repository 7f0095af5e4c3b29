import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, opendir, rmdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { hasNativeCode } from '../storage-error.ts'

/** An empty file that is nobody else's, open for writing. The caller owns the handle and the file. */
export interface TemporaryFile {
  readonly path: string
  readonly handle: FileHandle
}

/**
 * A directory of this process only, made again where somebody removed it. Disposing it removes it where it is empty.
 * Errors are native ones.
 */
export interface TemporaryDirectory extends AsyncDisposable {
  /** A new file under a random name, readable by owner and group only (threats B060, B183). */
  createFile(): Promise<TemporaryFile>
  /** Resolves if a file of one block can be written here; hands it to `use` before it is removed. */
  probe(use?: (path: string) => Promise<void>): Promise<void>
}

// Names begin with the process, so that a sweep can tell its own directories from those of a process that died.
const processName = randomBytes(8).toString('hex')
const directoryName = /^[0-9a-f]{16}-[0-9a-f]{16}$/

const directoryOptions = { recursive: true, mode: 0o750 }
const createFlags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW

/** Makes a directory for this process inside `parent`, which is made too where it is missing. */
export async function openTemporaryDirectory(parent: string): Promise<TemporaryDirectory> {
  const path = join(parent, `${processName}-${randomBytes(8).toString('hex')}`)
  await mkdir(path, directoryOptions)
  const { dev: device } = await stat(path)

  async function tryCreateFile(): Promise<TemporaryFile> {
    const file = join(path, randomBytes(16).toString('hex'))
    return { path: file, handle: await open(file, createFlags, 0o640) }
  }

  async function createFile(): Promise<TemporaryFile> {
    try {
      return await tryCreateFile()
    } catch (error) {
      if (!hasNativeCode(error, ['ENOENT'])) throw error
      // An operator or a cleaner of temporary files was here; or the disk is gone, whose mount point must stay empty.
      await mkdir(path, directoryOptions)
      if ((await stat(path)).dev === device) return await tryCreateFile()
      await rmdir(path)
      throw error
    }
  }

  return {
    createFile,
    async probe(use) {
      const file = await createFile()
      try {
        await using handle = file.handle
        // A whole block, because an empty file needs no space and would hide a full disk.
        await writeWhole(handle, [Buffer.alloc(4096)])
        await use?.(file.path)
      } finally {
        await unlinkQuietly(file.path)
      }
    },
    async [Symbol.asyncDispose]() {
      await rmdir(path).catch(() => undefined)
    },
  }
}

/**
 * Removes what other processes left in their temporary directories inside `parent`; entries of other names
 * are nobody's business. Reads directories as it goes, so that many leftovers take no memory (threat B171).
 *
 * @returns the number of files removed
 */
export async function sweepTemporaryDirectories(parent: string): Promise<number> {
  let removed = 0
  for await (const { path, entry } of temporaryDirectories(parent)) {
    if (entry.name.startsWith(processName)) continue
    for await (const file of await opendir(path, { bufferSize: 256 }))
      if (!file.isDirectory() && (await unlinkQuietly(join(path, file.name)))) removed += 1
    await rmdir(path).catch(() => undefined)
  }
  return removed
}

/** Paths of the files in temporary directories inside `parent`, of whatever process, with the time of their last write. */
export async function* listTemporaryFiles(
  parent: string,
): AsyncGenerator<{ readonly path: string; readonly modifiedAtMs: number }> {
  for await (const { path: directory } of temporaryDirectories(parent)) {
    for await (const { name } of (await unlessGone(opendir(directory))) ?? []) {
      const path = join(directory, name)
      const stats = await unlessGone(lstat(path))
      if (stats?.isDirectory() === false) yield { path, modifiedAtMs: stats.mtimeMs }
    }
  }
}

async function* temporaryDirectories(parent: string) {
  for await (const entry of await opendir(parent))
    if (entry.isDirectory() && directoryName.test(entry.name)) yield { path: join(parent, entry.name), entry }
}

/** `undefined` where its owner has removed it meanwhile. */
async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (hasNativeCode(error, ['ENOENT'])) return undefined
    throw error
  }
}

/** Removes a file. Returns whether it did; a file that stays is for the next sweep. */
export async function unlinkQuietly(path: string): Promise<boolean> {
  return unlink(path).then(
    () => true,
    () => false,
  )
}

/** Writes all of `chunks` at the handle's position, however many calls the kernel takes for it. */
export async function writeWhole(handle: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  let rest = chunks.filter((chunk) => chunk.byteLength > 0)
  while (rest.length > 0) {
    const { bytesWritten } = await handle.writev(rest)
    rest = withoutFirst(rest, bytesWritten)
  }
}

function withoutFirst(chunks: Uint8Array[], byteSize: number): Uint8Array[] {
  let left = byteSize
  const index = chunks.findIndex((chunk) => {
    if (chunk.byteLength > left) return true
    left -= chunk.byteLength
    return false
  })
  if (index === -1) return []
  return chunks.slice(index).map((chunk, at) => (at === 0 ? chunk.subarray(left) : chunk))
}
