import { open, statfs } from 'node:fs/promises'
import { TintypeError } from '@tintype/contract'
import type { StagedSource } from '../blob-store.ts'
import { createByteBudget } from '../byte-budget.ts'
import { hasNativeCode, toStorageError } from '../storage-error.ts'
import { createStagedUpload } from './staged-upload.ts'
import {
  listTemporaryFiles,
  openTemporaryDirectory,
  sweepTemporaryDirectories,
  unlinkQuietly,
  writeWhole,
} from './temporary-directory.ts'

/**
 * Where an upload's bytes wait until they are checked. They are never served.
 *
 * A small upload stays in memory until it is complete, and is then written at once: an upload that is cut off or refused
 * by its first bytes is never written. An upload that is larger than `memoryByteSize`, or for which the memory budget has
 * no room, is written to a file in large pieces.
 */
export interface Staging extends AsyncDisposable {
  /** Begins an upload. The caller owns it and disposes it on every path. */
  begin(): StagedUpload
  /**
   * Resolves if so many bytes fit on the disk now, so that an upload can be refused before it is sent. Reserves nothing:
   * others may write in the meantime.
   *
   * @throws STORAGE_FULL, STORAGE_UNAVAILABLE
   */
  assertRoom(byteSize: number): Promise<void>
  /**
   * Creates an empty temporary file. The caller owns it and disposes it on every path.
   *
   * @throws STORAGE_FULL, STORAGE_UNAVAILABLE
   */
  makeScratchFile(): Promise<ScratchFile>
  /**
   * Removes the files of processes that have ended; resolves with their number. The files of every running process stay.
   */
  sweep(): Promise<number>
  /** Resolves if an upload could be staged now; rejects with `STORAGE_FULL` or `STORAGE_UNAVAILABLE`. */
  probe(): Promise<void>
}

/** A file that nothing else uses. Disposing it removes it. */
export interface ScratchFile extends AsyncDisposable {
  readonly path: string
  /**
   * Writes bytes into the empty file as they arrive: memory does not grow with them. They are not synced.
   *
   * @throws what `bytes` throws, as it is: then the file has the bytes that came before; STORAGE_FULL, STORAGE_UNAVAILABLE
   */
  fill(bytes: AsyncIterable<Uint8Array>): Promise<void>
}

/** One upload's bytes, as they arrive. Disposing it removes them, also after `finish`. */
export interface StagedUpload extends AsyncDisposable {
  /**
   * Accepts a chunk, which then belongs to staging: its buffer may be freed. Resolves when the next chunk may be written.
   * Returns `undefined` if it may be written at once, because the chunk only stays in memory.
   *
   * @throws STORAGE_FULL, STORAGE_UNAVAILABLE, OVERLOADED
   */
  write(chunk: Uint8Array): Promise<void> | undefined
  /** Completes the upload's file. Nothing may be written afterwards. The source is valid until the upload is disposed. */
  finish(): Promise<{ readonly source: StagedSource; readonly byteSize: number; readonly sha256: string }>
}

/** Directory, memory and durability of a staging area. */
export interface StagingOptions {
  /** On the same file system as the blob store's directory, so that a file is stored without a copy. */
  readonly directory: string
  /** Bytes of one upload kept in memory before it moves to a file. */
  readonly memoryByteSize: number
  /** Bytes that all uploads together may keep in memory. */
  readonly memoryBudgetByteSize: number
  /** `relaxed` never syncs. `full`, the default, syncs large files while they are written. */
  readonly durability?: 'full' | 'relaxed' | undefined
}

/**
 * Opens a staging area; creates its directory if it is missing. Disposing it discards the uploads that are still open,
 * and removes all files of this process.
 *
 * @throws STORAGE_FULL, STORAGE_UNAVAILABLE
 */
export async function openStaging(options: StagingOptions): Promise<Staging> {
  const directory = await openTemporaryDirectory(options.directory).catch(fail)
  const budget = createByteBudget(options.memoryBudgetByteSize)
  const isRelaxed = options.durability === 'relaxed'
  const shared = { directory, budget, memoryByteSize: options.memoryByteSize, isRelaxed }
  const uploads = new Set<StagedUpload>()

  return {
    begin() {
      const upload = createStagedUpload(shared)
      const open: StagedUpload = {
        write: (chunk) => upload.write(chunk),
        finish: () => upload.finish(),
        async [Symbol.asyncDispose]() {
          await upload[Symbol.asyncDispose]()
          uploads.delete(open)
        },
      }
      uploads.add(open)
      return open
    },
    async assertRoom(byteSize) {
      if (byteSize <= options.memoryByteSize) return // its one write fails as early
      const { bavail, bsize } = await statfs(options.directory).catch(fail)
      const freeByteSize = bavail * bsize
      if (byteSize <= freeByteSize) return
      const detail = `There is space for ${freeByteSize} bytes; ${byteSize} are needed`
      throw new TintypeError('STORAGE_FULL', detail)
    },
    async makeScratchFile() {
      const { path, handle } = await directory.createFile().catch(fail)
      await handle.close()
      return {
        path,
        fill: (bytes) => fillFile(path, bytes),
        async [Symbol.asyncDispose]() {
          await unlinkQuietly(path)
        },
      }
    },
    sweep: () => sweepTemporaryDirectories(options.directory).catch(fail),
    probe: () => directory.probe().catch(fail),
    async [Symbol.asyncDispose]() {
      await Promise.all([...uploads].map((upload) => upload[Symbol.asyncDispose]()))
      await directory[Symbol.asyncDispose]()
    },
  }
}

/**
 * Files in a staging area, of processes that run or have ended. Creates nothing; empty if there is no such directory.
 *
 * @throws STORAGE_UNAVAILABLE
 */
export async function* listStaged(
  directory: string,
): AsyncGenerator<{ readonly path: string; readonly modifiedAtMs: number }> {
  try {
    yield* listTemporaryFiles(directory)
  } catch (error) {
    if (!hasNativeCode(error, ['ENOENT'])) fail(error)
  }
}

async function fillFile(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  await using handle = await open(path, 'w').catch(fail)
  for await (const chunk of bytes) await writeWhole(handle, [chunk]).catch(fail)
}

function fail(error: unknown): never {
  throw toStorageError(error)
}
