import { createReadStream } from 'node:fs'
import { link, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { TintypeError } from '@tintype/contract'
import type { BlobSource, PutOptions, StagedSource } from '../../blob-store.ts'
import { type TemporaryDirectory, unlinkQuietly } from '../../staging/temporary-directory.ts'
import { openTemporaryFileWriter, type TemporaryFileWriter } from '../../staging/temporary-file-writer.ts'
import { hasNativeCode, toReadError } from '../../storage-error.ts'
import type { BlobTree } from './blob-tree.ts'
import { statRegularFile } from './regular-file.ts'

const maxAttempts = 10
const copyPieceByteSize = 1024 * 1024

/** Where files are written, and the tree where they get their names. */
export interface Disk {
  readonly tree: BlobTree
  readonly temporary: TemporaryDirectory
  /** Whether the system decides when to write. */
  readonly isRelaxed: boolean
}

/** A put of a file. */
export interface PutFileOptions extends PutOptions {
  readonly source: BlobSource
  /** Absolute and normalised, below the tree's root. */
  readonly path: string
}

/**
 * Stores bytes as a file: writes them outside the tree, syncs them, links them to their name, syncs the
 * directory. Expendable ones are not synced. A failure before the end leaves nothing but what was staged. A staged file that cannot be linked is copied
 * first. Throws native errors, a `TintypeError`, or the signal's reason.
 */
export async function putFile(disk: Disk, request: PutFileOptions): Promise<'stored' | 'exists'> {
  const { source, signal, isExpendable = false } = request
  signal?.throwIfAborted()
  if (source instanceof Uint8Array) {
    const isRelaxed = disk.isRelaxed || isExpendable
    await using file = await writeTemporary({ ...disk, isRelaxed }, [source], signal)
    return await store(disk, { ...request, staged: file })
  }
  try {
    const staged = { path: source.path, sync: () => source.sync() }
    return await store(disk, { ...request, staged })
  } catch (error) {
    if (!hasNativeCode(error, codesOfNoLink)) throw error
  }
  await using file = await writeTemporary(disk, readWhole(source.path), signal)
  return await store(disk, { ...request, staged: file })
}

/** The file is on another file system or mount, belongs to another user, or has too many links. */
const codesOfNoLink = ['EXDEV', 'EPERM', 'EMLINK']

/** Bytes that are in a file. One that belongs to the put is removed beside the last sync. */
interface StoreOptions extends PutFileOptions {
  readonly staged: StagedSource & Partial<AsyncDisposable>
}

async function store(disk: Disk, { staged, ...request }: StoreOptions): Promise<'stored' | 'exists'> {
  const isSynced = !disk.isRelaxed && !request.isExpendable
  if (isSynced) await staged.sync()
  const outcome = await name(disk, { ...request, from: staged.path })
  // At the same time as the sync, which takes longer.
  const discarded = staged[Symbol.asyncDispose]?.()
  try {
    // A directory or a link is no blob, so `exists` would be wrong.
    if (outcome === 'exists' && !(await statRegularFile(request.path)))
      throw new TintypeError('INTERNAL', 'The storage key is taken by something that is no blob')
    // Also if it existed: the put that stored it may not be synced yet.
    if (isSynced) await disk.tree.persist(dirname(request.path))
  } catch (error) {
    // Not synced again: a second fsync may report success although bytes are lost (threat B165).
    if (outcome === 'linked') await unlinkQuietly(request.path)
    throw error
  } finally {
    await discarded
  }
  return outcome === 'exists' ? 'exists' : 'stored'
}

/** Writes bytes to a file outside the tree. The caller disposes it. */
async function writeTemporary(
  { temporary, isRelaxed }: Disk,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<TemporaryFileWriter> {
  const file = await openTemporaryFileWriter(temporary, { isRelaxed })
  try {
    for await (const chunk of chunks) {
      signal?.throwIfAborted()
      await file.append([chunk])
    }
    return file
  } catch (error) {
    await file[Symbol.asyncDispose]()
    throw error
  }
}

async function* readWhole(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: copyPieceByteSize })
  } catch (error) {
    throw toReadError(error)
  }
}

/** Gives the file its name. Links it, because a rename would replace an existing file. */
async function name(
  { tree }: Disk,
  { from, path, ifExists, signal }: PutFileOptions & { readonly from: string },
): Promise<'linked' | 'replaced' | 'exists'> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await tree.ensure(dirname(path))
      signal?.throwIfAborted()
      await link(from, path)
      return 'linked'
    } catch (error) {
      if (hasNativeCode(error, ['EEXIST'])) {
        if (ifExists === 'fail') return 'exists'
        await rename(from, path)
        return 'replaced'
      }
      // A delete may have removed the directory while it was empty.
      if (!hasNativeCode(error, ['ENOENT']) || attempt === maxAttempts) throw error
    }
  }
}
