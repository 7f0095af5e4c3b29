import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { PhotoCatalog, PhotoRecord, RenditionRecord } from '@tintype/catalog'
import {
  defaultRenditionFormat,
  isTintypeError,
  parseRenditionName,
  type RenditionFormat,
  renditionMimeTypes,
  TintypeError,
} from '@tintype/contract'
import type { ImageSource, Imaging, Preview } from '@tintype/imaging'
import type { BlobKey, BlobStore } from '@tintype/storage'
import { originalKey, readBlobKey, renditionKey } from './blob-keys.ts'
import { createFailureMemory, type FailureMemory } from './failure-memory.ts'
import type { Log } from './log.ts'

/** Most renditions of sizes of their own that one photo can have, so that wishes cannot fill the disk (threat B297). */
export const maxCustomRenditions = 64

/** Makes renditions, each once. */
export interface Renditions extends AsyncDisposable {
  /**
   * The rendition of this name, made first where it does not exist yet, or where its bytes are lost. However many
   * ask at once, it is made once, and a caller who leaves does not hurt the others (threat B298). What proved to be
   * impossible is not tried again within a minute.
   *
   * @throws RENDITION_NOT_FOUND for a name that is none, INVALID_REQUEST where the photo has too many custom
   * sizes, PHOTO_NOT_FOUND where it is gone, OVERLOADED, and what store and catalog throw
   */
  obtain(photo: PhotoRecord, name: string, format: RenditionFormat): Promise<RenditionRecord>
  /** Starts on the default thumbnail of a photo whose pixels are at hand, behind the caller's back. */
  prepareThumbnail(photo: PhotoRecord, preview: Preview): void
}

/** What renditions are made with. */
export interface RenditionDependencies {
  readonly blobs: BlobStore
  readonly catalog: PhotoCatalog
  readonly imaging: Imaging
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What one rendition is made with. */
interface Making extends RenditionDependencies {
  readonly failures: FailureMemory
}

/** Wires the making of renditions. Disposing it waits for those under way. */
export function createRenditions(deps: RenditionDependencies): Renditions {
  const inFlight = new Map<BlobKey, Promise<RenditionRecord>>()
  const making: Making = { ...deps, failures: createFailureMemory(deps.now) }

  function obtain(photo: PhotoRecord, name: string, format: RenditionFormat, preview?: Preview) {
    const key = renditionKey(photo.id, name, format)
    const ahead = [...inFlight.keys()]
    const wish = { photo, name, format, preview, ahead }
    const flight = inFlight.get(key) ?? find(wish, making).finally(() => inFlight.delete(key))
    inFlight.set(key, flight)
    return flight
  }

  return {
    obtain: (photo, name, format) => obtain(photo, name, format),
    prepareThumbnail(photo, preview) {
      obtain(photo, 'thumb', defaultRenditionFormat, preview).catch((error) => {
        // the first view makes it then; a photo that was deleted meanwhile needs none
        if (isTintypeError(error) && error.code === 'PHOTO_NOT_FOUND') return
        deps.log.warn({ event: 'thumbnail', photoId: photo.id, err: error }, 'a thumbnail was not made ahead')
      })
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(inFlight.values())
    },
  }
}

/** A rendition that somebody asked for. */
interface Wish {
  readonly photo: PhotoRecord
  readonly name: string
  readonly format: RenditionFormat
  /** Pixels to start from, where they are at hand. */
  readonly preview: Preview | undefined
  /** Those that were being made when it was asked for. */
  readonly ahead: readonly BlobKey[]
}

async function find(wish: Wish, deps: Making): Promise<RenditionRecord> {
  const { photo, name, format } = wish
  const recorded = await deps.catalog.getRendition(photo.id, name, format)
  if (!recorded) return make(wish, deps)
  const stored = await deps.blobs.stat(renditionKey(photo.id, name, format))
  if (stored?.byteSize === recorded.byteSize) return recorded
  deps.log.warn(
    { event: 'rendition-lost', photoId: photo.id, name, format },
    'a lost rendition is made again',
  )
  return make(wish, deps)
}

/** Bytes first, then the row, as with photos: a crash in between leaves an orphan, never a row without bytes. */
async function make(wish: Wish, deps: Making): Promise<RenditionRecord> {
  const { photo, name, format, preview } = wish
  const spec = parseRenditionName(name)
  if (!spec)
    throw new TintypeError('RENDITION_NOT_FOUND', 'No preset and no width of the ladder has this name')
  const key = renditionKey(photo.id, name, format)
  const known = deps.failures.recall([photo.id, key])
  if (known) throw known
  if (spec.isCustom) await refuseTooMany(wish, deps.catalog)
  const source = preview ?? (await openOriginal(photo, deps.blobs))
  const rendered = deps.imaging.render(source, { ...spec, format })
  const { bytes, width, height } = await rendered.catch(async (error: unknown) => {
    // bytes that were deleted under the decoder are no fault of theirs (B156)
    if (!(await deps.catalog.get(photo.id))) throw photoNotFound()
    // an image that does not decode becomes nothing; one that takes too long may yet become something smaller
    const isUnreadable = isTintypeError(error) && error.code === 'UNREADABLE_IMAGE'
    deps.failures.remember(isUnreadable ? photo.id : key, error)
    throw error
  })

  await deps.blobs.put(key, bytes, { contentType: renditionMimeTypes[format], ifExists: 'replace' })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const rendition = { photoId: photo.id, name, format, width, height, byteSize: bytes.length, sha256 }
  if (await deps.catalog.putRendition(rendition)) return rendition
  await deps.blobs.delete(key) // the photo was deleted meanwhile (B156)
  throw photoNotFound()
}

/**
 * Those under way count too, each once, or many wishes at once would all find room. The one that is wished for does
 * not: where it is made again, it has its place.
 */
async function refuseTooMany({ photo, name, format, ahead }: Wish, catalog: PhotoCatalog) {
  const own = renditionKey(photo.id, name, format)
  const existing = await catalog.listRenditions(photo.id)
  const keys = [...ahead, ...existing.map((made) => renditionKey(photo.id, made.name, made.format))]
  const customs = [...new Set(keys)].filter((key) => key !== own && isCustomOf(photo, key))
  if (customs.length < maxCustomRenditions) return
  const detail = `A photo can have ${maxCustomRenditions} renditions of custom sizes; use presets or the width ladder`
  throw new TintypeError('INVALID_REQUEST', detail, { facts: { limit: maxCustomRenditions } })
}

function isCustomOf(photo: PhotoRecord, key: BlobKey): boolean {
  const owner = readBlobKey(key)
  return (
    owner?.kind === 'rendition' && owner.id === photo.id && parseRenditionName(owner.name)?.isCustom === true
  )
}

/** @throws PHOTO_NOT_FOUND where the bytes are missing (threat B181) */
async function openOriginal(photo: PhotoRecord, blobs: BlobStore): Promise<ImageSource> {
  const key = originalKey(photo.id, photo.format)
  const path = await blobs.localPath?.(key)
  if (path !== undefined) return { path }
  const original = await blobs.open(key)
  if (!original) throw photoNotFound()
  return buffer(original.body)
}

/** The error for a photo that is not there, or not any more. */
export function photoNotFound(): TintypeError {
  return new TintypeError('PHOTO_NOT_FOUND', 'No photo has this id')
}
