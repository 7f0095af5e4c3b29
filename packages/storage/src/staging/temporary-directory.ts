import { randomBytes, randomUUID } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { type FileHandle, lstat, open, opendir, rmdir, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { makeMissing } from '../durable-directory.ts'
import { hasNativeCode, isDiskFull } from '../storage-error.ts'
import { acquireAbandoned, acquireLease, leaseSuffix } from './lease.ts'

/** An empty file that nothing else uses, open for writing. The caller owns the handle and the file. */
export interface TemporaryFile {
  readonly path: string
  readonly handle: FileHandle
}

/**
 * A directory of this process only, created again if another program removes it. It has a lease, which ends with the
 * process: until then no sweep removes it. Disposing it removes it if it is empty. Errors are native ones.
 */
export interface TemporaryDirectory extends AsyncDisposable {
  /** A new file under a random name, readable by owner and group only (threats B060, B183). */
  createFile(): Promise<TemporaryFile>
  /** Resolves if a file of one block can be written here. Calls `use` with its path before it is removed. */
  probe(use?: (path: string) => Promise<void>): Promise<void>
}

const directoryName = /^[0-9a-f]{16}-[0-9a-f]{16}$/

const createFlags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW

/**
 * Creates a directory for this process inside `parent`, which is created too if it is missing. On a full disk it is created with
 * its first file.
 */
export async function openTemporaryDirectory(parent: string): Promise<TemporaryDirectory> {
  const random = () => randomBytes(8).toString('hex')
  const path = resolve(parent, `${random()}-${random()}`)
  let lease: Disposable | undefined
  await make().catch((error: unknown) => {
    if (!isDiskFull(error)) throw error
  })
  const device = await deviceOf(path)
  let remaking: Promise<boolean> | undefined

  async function make(): Promise<void> {
    lease = await acquireLease(path)
    await makeMissing(path)
  }

  /** Creates the directory again. Returns `false` if its disk is not mounted: then the mount point must stay empty. */
  async function remake(): Promise<boolean> {
    if ((await deviceOf(dirname(path))) !== device) return false
    await makeMissing(dirname(path))
    if (!existsSync(path + leaseSuffix)) {
      lease?.[Symbol.dispose]()
      lease = await acquireLease(path)
    }
    await makeMissing(path)
    return true
  }

  async function tryCreateFile(): Promise<TemporaryFile> {
    const file = join(path, randomUUID()) // of random bits that Node has read in advance
    return { path: file, handle: await open(file, createFlags, 0o640) }
  }

  async function createFile(): Promise<TemporaryFile> {
    try {
      return await tryCreateFile()
    } catch (error) {
      if (!hasNativeCode(error, ['ENOENT'])) throw error
      remaking ??= remake().finally(() => {
        remaking = undefined
      })
      if (await remaking) return await tryCreateFile()
      throw error
    }
  }

  return {
    createFile,
    async probe(use) {
      const file = await createFile()
      try {
        await using handle = file.handle
        // A whole block, because an empty file needs no space and can be created on a full disk.
        await writeWhole(handle, [Buffer.alloc(4096)])
        await use?.(file.path)
      } finally {
        await unlinkQuietly(file.path)
      }
    },
    async [Symbol.asyncDispose]() {
      const isRemoved = await rmdir(path).then(
        () => true,
        () => false,
      )
      if (isRemoved || !existsSync(path)) await unlinkQuietly(path + leaseSuffix)
      lease?.[Symbol.dispose]()
    },
  }
}

/** The device of a path, or of what exists of it. */
async function deviceOf(path: string): Promise<number> {
  const stats = await unlessGone(stat(path))
  return stats?.dev ?? deviceOf(dirname(path))
}

/**
 * Removes the temporary directories inside `parent` of processes that have ended, with their files and leases. Entries with
 * other names stay. Memory does not grow with the number of files (threat B171).
 *
 * @returns the number of files removed, leases not counted
 */
export async function sweepTemporaryDirectories(parent: string): Promise<number> {
  let removed = 0
  for await (const { path } of temporaryDirectories(parent)) {
    using lease = acquireAbandoned(path)
    if (lease === undefined) continue
    for await (const file of (await unlessGone(opendir(path, { bufferSize: 256 }))) ?? [])
      if (!file.isDirectory() && (await unlinkQuietly(join(path, file.name)))) removed += 1
    await rmdir(path).catch(() => undefined)
    await unlinkQuietly(path + leaseSuffix)
  }
  await sweepLeases(parent)
  return removed
}

/** Removes leases without a directory. */
async function sweepLeases(parent: string): Promise<void> {
  for await (const { name } of await opendir(parent)) {
    const path = resolve(parent, name.slice(0, -leaseSuffix.length))
    if (!name.endsWith(leaseSuffix) || !directoryName.test(basename(path)) || existsSync(path)) continue
    using lease = acquireAbandoned(path)
    if (lease && !existsSync(path)) await unlinkQuietly(path + leaseSuffix)
  }
}

/** Paths of the files in temporary directories inside `parent`, of any process, with the time of their last write. */
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
    if (entry.isDirectory() && directoryName.test(entry.name)) yield { path: resolve(parent, entry.name) }
}

/** `undefined` if the file or directory was removed in the meantime. */
async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (hasNativeCode(error, ['ENOENT'])) return undefined
    throw error
  }
}

/** Removes a file. Returns whether it was removed; if not, the next sweep tries again. */
export async function unlinkQuietly(path: string): Promise<boolean> {
  return unlink(path).then(
    () => true,
    () => false,
  )
}

/** Writes all of `chunks` at the handle's position, with as many calls as the kernel needs. */
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
