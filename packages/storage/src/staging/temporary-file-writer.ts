import type { StagedSource } from '../blob-store.ts'
import { type TemporaryDirectory, unlinkQuietly, writeWhole } from './temporary-directory.ts'

/**
 * A temporary file from its first byte until it is durable, with one descriptor: what the system fails to write out
 * behind a write is told to a descriptor that was open then, and to no other for sure. Errors are native ones.
 *
 * Disposing it closes and removes it, once what is under way has ended; a second time does nothing.
 */
export interface TemporaryFileWriter extends StagedSource, AsyncDisposable {
  /** Appends chunks, one call at a time. Also fails where bytes of an earlier call could not be synced. */
  append(chunks: readonly Uint8Array[]): Promise<void>
}

/** How a growing file is written. */
export interface TemporaryFileWriterOptions {
  /** Whether it is left to the system when to write. */
  readonly isRelaxed: boolean
}

/**
 * Unless it is left to the system, so many bytes are synced at a time while the next ones are written: a large file is
 * nearly durable when its last byte comes, and nobody else's sync finds gigabytes of it in its way.
 */
const syncByteSize = 16 * 1024 * 1024
/** The writer waits for a disk that lags by so much more. */
const maxUnsyncedByteSize = 4 * syncByteSize

/** Makes an empty file in `directory` that grows. The caller owns it and disposes it on every path. */
export async function openTemporaryFileWriter(
  directory: TemporaryDirectory,
  { isRelaxed }: TemporaryFileWriterOptions,
): Promise<TemporaryFileWriter> {
  const { path, handle } = await directory.createFile()
  let unsyncedByteSize = 0
  let isSyncing = false
  let syncing = Promise.resolve()
  let synced: Promise<void> | undefined
  let disposing: Promise<void> | undefined

  function beginSync(): void {
    unsyncedByteSize = 0
    isSyncing = true
    // Not where it fails: a second sync may claim success for lost bytes (threat B165).
    syncing = handle.datasync().then(() => {
      isSyncing = false
    })
    syncing.catch(() => undefined) // told to whoever appends or syncs next
  }

  async function discard(): Promise<void> {
    await synced?.catch(() => undefined)
    await handle.close().catch(() => undefined)
    await unlinkQuietly(path)
  }

  return {
    path,
    async append(chunks) {
      await writeWhole(handle, chunks)
      if (isRelaxed) return
      for (const { byteLength } of chunks) unsyncedByteSize += byteLength
      if (unsyncedByteSize >= maxUnsyncedByteSize) await syncing
      if (unsyncedByteSize >= syncByteSize && !isSyncing) beginSync()
    },
    sync() {
      synced ??= syncing.then(() => handle.sync())
      return synced
    },
    [Symbol.asyncDispose]() {
      disposing ??= discard()
      return disposing
    },
  }
}
