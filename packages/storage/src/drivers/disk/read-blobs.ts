import { join } from 'node:path'
import { TintypeError } from '@tintype/contract'
import type { BlobReader, ByteRange, OpenBlob } from '../../blob-store.ts'
import { toReadError, toStorageError } from '../../storage-error.ts'
import type { BlobRoot } from './blob-tree.ts'
import { readClaim } from './claim-file.ts'
import { createFileRangeStream } from './file-range-stream.ts'
import { openRegularFile, statRegularFile, toBlobStat } from './regular-file.ts'
import { walkBlobs, walkForeign } from './walk-blobs.ts'

/** A `BlobReader` without its disposal. */
type BlobReading = Required<Omit<BlobReader, 'listAfter' | typeof Symbol.asyncDispose>>

/**
 * The reading half of a store on a local disk.
 *
 * @param options.tracked translates the errors of a call, and makes closing wait for it
 * @param options.countsAsUse whether the access times of files note that they were read
 */
export function readBlobs(
  root: BlobRoot,
  {
    tracked,
    countsAsUse,
  }: { readonly tracked: <T>(work: Promise<T>) => Promise<T>; readonly countsAsUse: boolean },
): BlobReading {
  const pathOf = (key: string) => join(root.root, key)
  return {
    open: (key, options) => tracked(open(root, { path: pathOf(key), range: options?.range, countsAsUse })),
    list: (prefix) => translated(root, walkBlobs(root.root, prefix)),
    listForeign: () => translated(root, walkForeign(root.root)),
    readClaim: () => tracked(readClaim(root)),

    async stat(key) {
      const stats = await tracked(find(root, pathOf(key)))
      return stats && toBlobStat(key, stats)
    },

    async localPath(key) {
      const path = pathOf(key)
      return (await tracked(find(root, path))) && path
    },
  }
}

async function open(
  root: BlobRoot,
  {
    path,
    range,
    countsAsUse,
  }: { readonly path: string; readonly range: ByteRange | undefined; readonly countsAsUse: boolean },
): Promise<OpenBlob | undefined> {
  const file = await openRegularFile(path, { countsAsUse }).catch((error: unknown) => {
    throw toReadError(error)
  })
  if (file === undefined) {
    await root.confirmAbsence()
    return undefined
  }
  const { handle, byteSize } = file
  const { start, end } = range ?? { start: 0, end: byteSize - 1 }
  const isWithin = start >= 0 && start <= end && end < byteSize
  if (range && !isWithin) {
    await handle.close()
    throw new TintypeError('INTERNAL', 'The requested range lies outside the stored bytes')
  }
  return { byteSize, body: createFileRangeStream(handle, { start, byteSize: end - start + 1 }) }
}

async function find(root: BlobRoot, path: string) {
  const stats = await statRegularFile(path)
  if (stats === undefined) await root.confirmAbsence()
  return stats
}

async function* translated<Item>(root: BlobRoot, items: AsyncIterable<Item>) {
  try {
    await root.confirmAbsence()
    yield* items
  } catch (error) {
    throw toStorageError(error)
  }
}
