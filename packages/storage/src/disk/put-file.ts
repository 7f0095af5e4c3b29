import { constants } from 'node:fs'
import { link, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { TintypeError } from '@tintype/contract'
import type { BlobSource, PutOptions } from '../blob-store.ts'
import { hasNativeCode, throwIfAborted } from '../storage-error.ts'
import { type TemporaryDirectory, unlinkQuietly, writeWhole } from '../temporary-directory.ts'
import type { BlobTree } from './blob-tree.ts'
import { statRegularFile } from './regular-file.ts'

const maxAttempts = 10

/** Where files are put together and where they end. */
export interface Disk {
  readonly tree: BlobTree
  readonly temporary: TemporaryDirectory
  /** Whether it is left to the system when to write. */
  readonly isRelaxed: boolean
}

/** A put, told as a file. */
export interface PutFileOptions extends PutOptions {
  readonly source: BlobSource
  /** Absolute and normalised, below the tree's root. */
  readonly path: string
}

/**
 * Stores bytes as a file: writes them outside the tree, syncs them, links them to their name, syncs the
 * directory. A failure before the end leaves nothing but what was staged. Errors are native ones or a `TintypeError`.
 */
export async function putFile(disk: Disk, request: PutFileOptions): Promise<'stored' | 'exists'> {
  throwIfAborted(request.signal)
  const from = await seal(disk, request.source)
  // What was staged is discarded by whoever staged it.
  const discard = async () => request.source instanceof Uint8Array && unlinkQuietly(from)
  const outcome = await name(disk, { ...request, from }).catch(async (error: unknown) => {
    await discard()
    throw error
  })
  // Beside the sync, which takes longer.
  const discarded = discard()
  try {
    // Of what is no blob it must not be said that it exists.
    if (outcome === 'exists' && !(await statRegularFile(request.path)))
      throw new TintypeError('INTERNAL', 'The storage key is taken by something that is no blob')
    // Also where it exists already: whoever stored it may still be waiting for the same sync.
    await disk.tree.persist(dirname(request.path))
  } catch (error) {
    // Never synced again: after a failed fsync a second one may claim success for lost bytes (threat B165).
    if (outcome === 'linked') await unlinkQuietly(request.path)
    throw error
  } finally {
    await discarded
  }
  return outcome === 'exists' ? 'exists' : 'stored'
}

/** Path of a file outside the tree that holds the bytes, durably: the staged one, or one that the caller removes. */
async function seal({ temporary, isRelaxed }: Disk, source: BlobSource): Promise<string> {
  if (!(source instanceof Uint8Array)) {
    if (isRelaxed) return source.path
    await using staged = await open(source.path, constants.O_RDONLY | constants.O_NOFOLLOW)
    await staged.sync()
    return source.path
  }
  const { path, handle } = await temporary.createFile()
  try {
    await using file = handle
    await writeWhole(file, [source])
    if (!isRelaxed) await file.sync()
    return path
  } catch (error) {
    await unlinkQuietly(path)
    throw error
  }
}

/** Gives the sealed file its name. Links, because a rename would silently take the place of what is there. */
async function name(
  { tree }: Disk,
  { from, path, ifExists, signal }: PutFileOptions & { readonly from: string },
): Promise<'linked' | 'replaced' | 'exists'> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await tree.ensure(dirname(path))
      throwIfAborted(signal)
      await link(from, path)
      return 'linked'
    } catch (error) {
      if (hasNativeCode(error, ['EEXIST'])) {
        if (ifExists === 'fail') return 'exists'
        await rename(from, path)
        return 'replaced'
      }
      // Deletes beside this may have removed the directory, empty until now, and then there is no end of the path.
      if (!hasNativeCode(error, ['ENOENT']) || attempt === maxAttempts) throw error
    }
  }
}
