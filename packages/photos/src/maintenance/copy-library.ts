import type { PhotoCatalog, PhotoRecord, RenditionRecord } from '@tintype/catalog'
import { fileTypes, parseRenditionName, renditionMimeTypes } from '@tintype/contract'
import type { BlobKey, BlobSource, BlobStore, Staging } from '@tintype/storage'
import { originalKey, renditionKey } from '../blob-keys.ts'
import { type BlobProblem, checkBlob, type ExpectedBytes } from './check-blob.ts'
import type { Finding } from './finding.ts'
import { forEachOf, type LibraryReaders, listPages } from './library-readers.ts'

/** The copy that is being made. */
export interface CopyTarget {
  /** A copy of the source's catalog at one moment; rows whose bytes are not copied are removed from it. */
  readonly catalog: PhotoCatalog
  readonly blobs: BlobStore
  readonly staging: Staging
}

/** How a library is copied. */
export interface CopyOptions {
  readonly signal: AbortSignal
  /** The bytes of an original if an earlier copy has them: then the original is not read. */
  readonly reuse?: ((key: BlobKey, expected: ExpectedBytes) => Promise<BlobSource | undefined>) | undefined
  /** Called after each photo. */
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined
  /** Called for each photo or rendition that is broken in the source. Its bytes are not copied. */
  readonly onBroken: (finding: Finding) => void
}

/** The progress of a copy. */
export interface CopyProgress {
  readonly done: number
  readonly total: number
  /** Bytes that were read and written. */
  readonly byteSize: number
}

/** Numbers of photos by what was done with them. */
export interface CopyResult {
  /** Read, compared and written. */
  readonly photos: number
  /** Bytes of those photos. */
  readonly byteSize: number
  /** Not read, because an earlier copy had their originals. */
  readonly reused: number
  /** Deleted before their bytes were read. They are not in the copy. */
  readonly vanished: number
  /** Broken in the source. Their rows are in the copy, their bytes are not. */
  readonly broken: number
}

/**
 * Copies the bytes of all rows in the target's catalog, and corrects its rows. Bytes are read once, hashed while they are
 * copied, and stored only if they agree with their row. Renditions that the server makes again by itself are left out, with
 * their rows. Renditions of custom sizes are copied.
 *
 * The source may be in use. A photo that is deleted before its bytes are read is removed from the copy. A photo that is
 * deleted later, or whose bytes an earlier copy had, is in the copy.
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

/** Removes the rows of renditions that the server makes again on request. They are removed together, in one commit. */
async function leaveOutRenditions({ id }: PhotoRecord, catalog: PhotoCatalog): Promise<void> {
  const renditions = await catalog.listRenditions(id)
  const left = renditions.filter(({ name }) => parseRenditionName(name)?.isCustom !== true)
  await Promise.all(left.map(({ name, format }) => catalog.deleteRendition(id, name, format)))
}

/** What copying one photo needs. */
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
  // A deletion removes the row first. If the row still exists, the bytes are lost.
  if (problem && !(await source.catalog.get(photo.id))) {
    await target.catalog.delete(photo.id)
    return 'vanished'
  }
  if (problem) options.onBroken({ subject: 'original', key, photo, ...problem })
  for (const rendition of await target.catalog.listRenditions(photo.id)) await copyRendition(rendition, copy)
  if (problem) return 'broken'
  return reused ? 'reused' : 'photos'
}

/** If the rendition was made again after the catalog was copied, it is copied as it is now, with its row. */
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

/** A blob with size and hash of its row. */
interface CopiedBlob {
  readonly key: BlobKey
  readonly expected: ExpectedBytes
  readonly contentType: string
}

/** Copies a blob. If it does not agree with its row, stores nothing and returns the difference. */
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
