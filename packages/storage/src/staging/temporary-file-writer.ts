import type { StagedSource } from '../blob-store.ts'
import { type TemporaryDirectory, unlinkQuietly, writeWhole } from './temporary-directory.ts'

/**
 * Writes a temporary file and makes it durable, through one descriptor. If the system fails to write bytes out later, only
 * a descriptor that was open at the time is sure to report it. Errors are native ones.
 *
 * Disposing it waits for its writes, closes the file and removes it; a second time does nothing.
 */
export interface TemporaryFileWriter extends StagedSource, AsyncDisposable {
  /** Appends chunks, one call at a time. Also fails if bytes of an earlier call could not be synced. */
  append(chunks: readonly Uint8Array[]): Promise<void>
}

/** How a temporary file is written. */
export interface TemporaryFileWriterOptions {
  /** Whether the system decides when bytes are written to the disk. */
  readonly isRelaxed: boolean
}

/**
 * So many bytes are synced at a time while the next ones are written. A large file is nearly durable when its last byte
 * arrives, and the syncs of other files do not wait for gigabytes of it.
 */
const syncByteSize = 16 * 1024 * 1024
/** If the disk is behind by so much, the writer waits. */
const maxUnsyncedByteSize = 4 * syncByteSize

/** Creates an empty file in `directory`. The caller owns the writer and disposes it on every path. */
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
    // After a failure `isSyncing` stays true: a second sync may report success although bytes are lost (threat B165).
    syncing = handle.datasync().then(() => {
      isSyncing = false
    })
    syncing.catch(() => undefined) // the next append or sync throws it
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
