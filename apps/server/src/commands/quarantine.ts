import { constants } from 'node:fs'
import { copyFile, type FileHandle, link, open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { PhotoRecord } from '@tintype/catalog'
import type { BlobKey, BlobStore } from '@tintype/storage'
import { makeDirectory, syncDirectory } from './sync-directory.ts'

/** A photo that is to be deleted because its original is not what it was. */
interface BrokenPhoto {
  readonly photo: PhotoRecord
  readonly key: BlobKey
}

/**
 * Puts broken photos aside, in a directory that nothing serves: what the catalog knew of each as `{id}.json`, and its
 * bytes, where there are any, under their own name. Durable when it resolves. Errors are native ones.
 */
export function createQuarantine(directory: string, blobs: Pick<BlobStore, 'localPath'>) {
  return async ({ photo, key }: BrokenPhoto): Promise<void> => {
    await makeDirectory(directory)
    const path = await blobs.localPath?.(key)
    if (path !== undefined) await unlessThere(keep(path, join(directory, basename(key))))
    const file = await unlessThere(open(join(directory, `${photo.id}.json`), 'wx', 0o640))
    if (file) await writeDurably(file, `${JSON.stringify(photo, null, 2)}\n`)
    await syncDirectory(directory)
  }
}

/** Links, which also keeps what the disk cannot read any more; copies where the two are on different file systems. */
async function keep(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw error
    await copyFile(from, to, constants.COPYFILE_EXCL)
    await using copy = await open(to)
    await copy.sync()
  }
}

async function writeDurably(handle: FileHandle, text: string): Promise<void> {
  await using file = handle
  await file.writeFile(text)
  await file.sync()
}

/** A repair that was interrupted may have put it there. */
async function unlessThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return undefined
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
