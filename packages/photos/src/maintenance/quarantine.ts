import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import {
  type BlobKey,
  type BlobReader,
  hasNativeCode,
  makeDirectory,
  syncDirectory,
  unreadableReasonOf,
} from '@tintype/storage'
import type { BrokenPhoto, Kept } from './repair-finding.ts'

/** A directory that nothing serves and nothing empties. What it is told to keep is durable when it says so. */
export interface Quarantine {
  /**
   * Keeps a photo that is to be deleted because its original is not what it was: what the catalog knew as `{id}.json`,
   * and its bytes, where there are any, under their own name.
   *
   * @returns `part` where the disk does not give all bytes and they could not be linked: what it gave is kept
   */
  keepBroken(broken: BrokenPhoto): Promise<Kept>
  /**
   * Keeps an original that no row names, under its key, so that copying `originals/` back brings it back.
   *
   * @returns `part` where it cannot be kept whole: then nothing of it is; `undefined` where it is gone
   */
  keepOrphan(key: BlobKey): Promise<Kept | undefined>
}

/** What is asked of the store. */
type Source = Pick<BlobReader, 'localPath' | 'open' | 'stat'>

/**
 * A quarantine in a directory, which is made when it is needed, for photos of a store. The caller must own the library;
 * what an interrupted call has left is made anew by the next. Errors are native ones, or the store's.
 */
export function createQuarantine(directory: string, blobs: Source): Quarantine {
  return {
    async keepBroken({ photo, key }) {
      await makeDirectory(directory)
      const path = join(directory, basename(key))
      const kept = (await take(blobs, { key, path })) ?? 'all'
      if (await hasBytes(partialOf(path))) await giveName(path)
      await rm(partialOf(path), { force: true })
      await writeWhole(join(directory, `${photo.id}.json`), `${JSON.stringify(photo, null, 2)}\n`)
      await syncDirectory(directory)
      return kept
    },

    async keepOrphan(key) {
      const path = join(directory, key)
      await makeDirectory(dirname(path))
      try {
        const kept = await take(blobs, { key, path })
        if (kept === 'all') await giveName(path)
        return kept
      } finally {
        // Also where it fails, because others follow: on a full disk their halves would add up.
        await rm(partialOf(path), { force: true })
        await syncDirectory(dirname(path))
      }
    },
  }
}

/** A file has its own name only once all of it is durable: a kill must leave nothing that is taken for it. */
const partialOf = (path: string) => `${path}.partial`

/** Links, which also keeps what the disk cannot read any more; copies where that cannot be. `undefined`: it is gone. */
async function take(
  blobs: Source,
  { key, path }: { readonly key: BlobKey; readonly path: string },
): Promise<Kept | undefined> {
  const partial = partialOf(path)
  await rm(partial, { force: true })
  const from = await blobs.localPath?.(key)
  if (from !== undefined && (await linkWhereAllowed(from, partial))) return 'all'
  return await copy(blobs, key, partial)
}

/** On another file system, of another user where such links are forbidden, with too many links already, or gone. */
const codesOfNoLink = ['EXDEV', 'EPERM', 'EMLINK', 'ENOENT']

async function linkWhereAllowed(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (!hasNativeCode(error, codesOfNoLink)) throw error
    return false
  }
}

async function copy(blobs: Source, key: BlobKey, to: string): Promise<Kept | undefined> {
  await using file = await open(to, 'wx', 0o640)
  let isReading = true
  let kept: Kept = 'all'
  try {
    const blob = await blobs.open(key)
    if (!blob) return undefined
    for await (const chunk of blob.body) {
      isReading = false
      await file.writeFile(chunk)
      isReading = true
    }
  } catch (error) {
    if (!isReading || !unreadableReasonOf(error)) throw error
    await blobs.stat(key) // rejects where it is not this file alone that cannot be reached
    kept = 'part'
  }
  await file.sync()
  return kept
}

/** Never in the place of what is there, which may be all that is left of something else: then the name gets a number. */
async function giveName(path: string): Promise<void> {
  for (let nth = 1; ; nth += 1) {
    const name = nth === 1 ? path : `${path}.${nth}`
    try {
      return await link(partialOf(path), name)
    } catch (error) {
      if (!hasNativeCode(error, ['EEXIST'])) throw error
      if (await isSame(partialOf(path), name)) return
    }
  }
}

/** Also of two copies: an original that stays in its store, because that is read-only, comes again with every sweep. */
async function isSame(path: string, otherPath: string): Promise<boolean> {
  const [one, other] = await Promise.all([stat(path), stat(otherPath)])
  if (one.dev === other.dev && one.ino === other.ino) return true
  return one.size === other.size && (await digestOf(path)) === (await digestOf(otherPath))
}

async function digestOf(path: string): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(createReadStream(path), digest)
  return digest.digest('hex')
}

async function hasBytes(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size > 0
  } catch (error) {
    if (hasNativeCode(error, ['ENOENT'])) return false
    throw error
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  {
    await using file = await open(partialOf(path), 'w', 0o640)
    await file.writeFile(text)
    await file.sync()
  }
  await rename(partialOf(path), path)
}
