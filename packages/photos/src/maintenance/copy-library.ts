import type { PhotoCatalog, PhotoRecord, RenditionRecord } from '@tintype/catalog'
import { fileTypes, parseRenditionName, renditionMimeTypes } from '@tintype/contract'
import type { BlobKey, BlobSource, BlobStore, Staging } from '@tintype/storage'
import { originalKey, renditionKey } from '../blob-keys.ts'
import { type BlobProblem, checkBlob, type ExpectedBytes } from './check-blob.ts'
import type { Finding } from './finding.ts'
import { forEachOf, type LibraryReaders, listPages } from './library-readers.ts'

/** Where a library is copied to. */
export interface CopyTarget {
  /** A copy of the source's catalog at one moment; rows whose bytes are not copied are removed from it. */
  readonly catalog: PhotoCatalog
  readonly blobs: BlobStore
  readonly staging: Staging
}

/** How a library is copied. */
export interface CopyOptions {
  readonly signal: AbortSignal
  /** Bytes of an original that need not be read, because an earlier copy has them; the source is then the store's. */
  readonly reuse?: ((key: BlobKey, expected: ExpectedBytes) => Promise<BlobSource | undefined>) | undefined
  /** Called after each photo. */
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined
  /** A photo that is broken in the source: its row is copied, its bytes are not. */
  readonly onBroken: (finding: Finding) => void
}

/** How far a copy has come. */
export interface CopyProgress {
  readonly done: number
  readonly total: number
  /** Bytes that were read and written. */
  readonly byteSize: number
}

/** How many photos there were of each kind, and what they took. */
export interface CopyResult {
  /** Read, compared and written. */
  readonly photos: number
  /** Of those. */
  readonly byteSize: number
  /** Whose originals an earlier copy had. */
  readonly reused: number
  /** Deleted before their bytes were read: they are not in it. */
  readonly vanished: number
  /** Broken in the source: their rows are in the copy, their bytes are not. */
  readonly broken: number
}

/**
 * Copies the bytes that the target's catalog names, and makes the two agree. What is copied is read once, hashed on
 * its way, and stored only where it is what its row says. Renditions that the server makes by itself are left out, with
 * their rows; those of custom sizes, which nobody else would make again, are copied.
 *
 * The source may be in use: a photo that was deleted before its bytes could be read goes from the copy too; one that
 * is deleted after that, or whose bytes an earlier copy had, is in it.
 *
 * @throws what stores and catalogs throw, and the signal's reason
 */
export async function copyLibrary(
  source: LibraryReaders,
  target: CopyTarget,
  options: CopyOptions,
): Promise<CopyResult> {
  const total = await target.catalog.count()
  const copied = { photos: 0, byteSize: 0, reused: 0, vanished: 0, broken: 0 }
  let done = 0
  for await (const photos of listPages(target.catalog)) {
    await Promise.all(photos.map((photo) => leaveOutRenditions(photo, target.catalog)))
    await forEachOf(photos, async (photo) => {
      options.signal.throwIfAborted()
      const outcome = await copyPhoto(photo, { source, target, options })
      if (outcome === 'photos') copied.byteSize += photo.byteSize
      copied[outcome] += 1
      done += 1
      options.onProgress?.({ done, total, byteSize: copied.byteSize })
    })
  }
  return copied
}

/** Rows of renditions that are made again when somebody asks for them. All at once, they share a commit. */
async function leaveOutRenditions({ id }: PhotoRecord, catalog: PhotoCatalog): Promise<void> {
  const renditions = await catalog.listRenditions(id)
  const left = renditions.filter(({ name }) => parseRenditionName(name)?.isCustom !== true)
  await Promise.all(left.map(({ name, format }) => catalog.deleteRendition(id, name, format)))
}

/** What a photo is copied with. */
interface Copy {
  readonly source: LibraryReaders
  readonly target: CopyTarget
  readonly options: CopyOptions
}

async function copyPhoto(photo: PhotoRecord, copy: Copy): Promise<Exclude<keyof CopyResult, 'byteSize'>> {
  const { source, target, options } = copy
  const key = originalKey(photo.id, photo.format)
  const contentType = fileTypes[photo.format].mimeType
  const reused = await options.reuse?.(key, photo)
  if (reused) await target.blobs.put(key, reused, { contentType, ifExists: 'fail' })
  const problem = reused ? undefined : await copyBlob({ key, expected: photo, contentType }, copy)
  // A deletion takes the row first: whose row is still there has lost its bytes.
  if (problem && !(await source.catalog.get(photo.id))) {
    await target.catalog.delete(photo.id)
    return 'vanished'
  }
  if (problem) options.onBroken({ subject: 'original', key, photo, ...problem })
  for (const rendition of await target.catalog.listRenditions(photo.id)) await copyRendition(rendition, copy)
  if (problem) return 'broken'
  return reused ? 'reused' : 'photos'
}

/** One that was made again since the catalog was copied is copied as it is now, with its row. */
async function copyRendition(rendition: RenditionRecord, copy: Copy): Promise<void> {
  const { photoId, name, format } = rendition
  const key = renditionKey(photoId, name, format)
  const contentType = renditionMimeTypes[format]
  if (!(await copyBlob({ key, expected: rendition, contentType }, copy))) return
  const { source, target, options } = copy
  const current = await source.catalog.getRendition(photoId, name, format)
  const problem = current && (await copyBlob({ key, expected: current, contentType }, copy))
  if (current && !problem) await target.catalog.putRendition(current)
  else await target.catalog.deleteRendition(photoId, name, format)
  if (problem) options.onBroken({ subject: 'rendition', key, rendition: current, ...problem })
}

/** Bytes with their row's facts. */
interface CopiedBlob {
  readonly key: BlobKey
  readonly expected: ExpectedBytes
  readonly contentType: string
}

/** Copies a blob; stores nothing, and says why, where it is not what its row says. */
async function copyBlob(
  { key, expected, contentType }: CopiedBlob,
  { source, target, options: { signal } }: Copy,
): Promise<BlobProblem | undefined> {
  await using upload = target.staging.begin()
  const onChunk = (chunk: Uint8Array) => upload.write(chunk)
  const problem = await checkBlob({ blobs: source.blobs, key, expected }, { signal, onChunk })
  if (problem) return problem
  const { source: bytes } = await upload.finish()
  await target.blobs.put(key, bytes, { contentType, ifExists: 'fail', signal })
  return undefined
}
