import { setTimeout as delay } from 'node:timers/promises'
import type { PhotoRecord, RenditionRecord } from '@tintype/catalog'
import type { BlobKey } from '@tintype/storage'
import { originalKey, renditionKey } from '../blob-keys.ts'
import { checkBlob, checkSize, type ExpectedBytes } from './check-blob.ts'
import { findStrayBlobs, settleMs } from './find-orphans.ts'
import type { CheckProgress, Finding } from './finding.ts'
import { forEachOf, type LibraryReaders, listGroups } from './library-readers.ts'
import { listSizes, pagesToList } from './list-sizes.ts'

/** Bytes that are younger may belong to a row that is about to be written. */
const recentMs = 60_000

/** How a library is checked. */
export interface CheckOptions {
  /** Bytes without a row, and staged files, are findings only if they were written before this. */
  readonly before: Date
  /** Whether every byte is read. If not, only sizes are compared. @default true */
  readonly readsBytes?: boolean | undefined
  readonly signal: AbortSignal
  readonly onProgress?: ((progress: CheckProgress) => void) | undefined
}

/** A library and its staging area. */
export interface CheckedLibrary extends LibraryReaders {
  /** Files that uploads have staged. */
  listStaged(): AsyncIterable<{ readonly path: string; readonly modifiedAtMs: number }>
}

/**
 * Compares catalog and store, byte by byte or by sizes, and yields the differences. Changes nothing, and may run while the server runs:
 * uploads, deletions and new renditions in the meantime are not findings. Memory does not grow with the library.
 *
 * A damaged catalog ends the check, because its rows could be wrong.
 *
 * @throws what store and catalog throw, and the signal's reason
 */
export async function* checkLibrary(library: CheckedLibrary, options: CheckOptions): AsyncGenerator<Finding> {
  options.onProgress?.({ stage: 'catalog', done: 0, byteSize: 0 })
  const damage = (await library.catalog.findDamage?.()) ?? []
  yield* damage.map((reason) => ({ subject: 'catalog', reason }) as const)
  if (damage.length > 0) return

  yield* checkFiles(library, options)
  yield* checkPhotos(library, options)
}

async function* checkFiles(library: CheckedLibrary, options: CheckOptions): AsyncGenerator<Finding> {
  let done = 0
  const onBlob = () => options.onProgress?.({ stage: 'files', done: ++done, byteSize: 0 })
  for await (const { kind, blob } of findStrayBlobs(library, { ...options, onBlob })) {
    const { key, byteSize } = blob
    yield kind === 'orphan' ? { subject: 'orphan', key, byteSize } : { subject: 'foreign', name: key }
  }
  for await (const name of library.blobs.listForeign?.() ?? []) yield { subject: 'foreign', name }
  for await (const { path, modifiedAtMs } of library.listStaged())
    if (modifiedAtMs < options.before.getTime()) yield { subject: 'leftover', path }
}

async function* checkPhotos(
  library: LibraryReaders,
  { signal, onProgress, readsBytes = true }: CheckOptions,
): AsyncGenerator<Finding> {
  const total = await library.catalog.count()
  let done = 0
  let byteSize = 0
  const reportProgress = () => onProgress?.({ stage: 'photos', done, total, byteSize })
  const onBytes = (count: number) => {
    byteSize += count
    reportProgress()
  }
  for await (const photos of listGroups(library.catalog, readsBytes ? 1 : pagesToList)) {
    const listed = readsBytes ? undefined : await listSizes(library.blobs, photos)
    const found: Finding[] = []
    await forEachOf(photos, async (photo) => {
      found.push(...(await checkPhoto(photo, { library, signal, onBytes, listed })))
      done += 1
      reportProgress()
    })
    yield* found
  }
}

/** What the check of one photo needs. */
interface PhotoCheck {
  readonly library: LibraryReaders
  readonly signal: AbortSignal
  readonly onBytes: (byteSize: number) => void
  /** Sizes in the store's listing, if only sizes are compared. */
  readonly listed: ReadonlyMap<BlobKey, number> | undefined
}

async function checkPhoto(photo: PhotoRecord, check: PhotoCheck): Promise<Finding[]> {
  const { catalog } = check.library
  const key = originalKey(photo.id, photo.format)
  const problem = await compare(key, photo, check)
  // A deletion removes the row first. If the row still exists, the bytes are lost.
  const isBroken = problem && (await catalog.get(photo.id))
  const found: Finding[] = isBroken ? [{ subject: 'original', key, photo, ...problem }] : []
  for (const rendition of await catalog.listRenditions(photo.id)) {
    const finding = await checkRendition(rendition, check)
    if (finding) found.push(finding)
  }
  return found
}

/** If a rendition is made again, its new bytes are stored a moment before its new row. */
async function checkRendition(rendition: RenditionRecord, check: PhotoCheck): Promise<Finding | undefined> {
  const { blobs, catalog } = check.library
  const { photoId, name, format } = rendition
  const key = renditionKey(photoId, name, format)
  if (!(await compare(key, rendition, check))) return undefined
  const { modifiedAtMs = 0 } = (await blobs.stat(key)) ?? {}
  if (Date.now() - modifiedAtMs < recentMs) await delay(settleMs, undefined, { signal: check.signal })
  const current = await catalog.getRendition(photoId, name, format)
  const problem = current && (await compare(key, current, check))
  return problem && { subject: 'rendition', key, rendition: current, ...problem }
}

function compare(key: BlobKey, expected: ExpectedBytes, { library, signal, onBytes, listed }: PhotoCheck) {
  const { blobs } = library
  if (listed) return checkSize({ blobs, key, expected, listed })
  const onChunk = (chunk: Uint8Array) => onBytes(chunk.byteLength)
  return checkBlob({ blobs, key, expected }, { signal, onChunk })
}
