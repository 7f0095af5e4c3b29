import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { PhotoCatalog, PhotoRecord, RenditionRecord } from '@tintype/catalog'
import {
  isTintypeError,
  parseRenditionName,
  type RenditionFormat,
  renditionMimeTypes,
  TintypeError,
} from '@tintype/contract'
import type { ImageSource, Imaging, PixelFile, Preview, RenderedImage, RenderTarget } from '@tintype/imaging'
import type { BlobKey, BlobStore, Staging } from '@tintype/storage'
import { originalKey, readBlobKey, renditionKey } from '../blob-keys.ts'
import type { Log } from '../log.ts'
import { photoNotFound } from '../photo-not-found.ts'
import type { NegativeCache } from './negative-cache.ts'

/** Most renditions of sizes of their own that one photo can have, so that wishes cannot fill the disk (threat B297). */
export const maxCustomRenditions = 64

/** What renditions are made with. */
export interface RenditionDependencies {
  readonly staging: Staging
  readonly blobs: BlobStore
  readonly catalog: PhotoCatalog
  readonly imaging: Imaging
  readonly log: Log
}

/** What one rendition is made with. */
export interface Making extends RenditionDependencies {
  readonly failures: NegativeCache
}

/** Pixels to start from, and how long they are worth waiting for. */
export interface AheadSource {
  /** Absent where the photo has not been decoded. */
  readonly pixels: Preview | PixelFile | undefined
  /** Aborted where others are to be made instead. */
  readonly signal: AbortSignal
  /** Whether nobody has asked for it. */
  readonly isPatient: () => boolean
}

/** A rendition that somebody asked for, or will. */
export interface Wish {
  readonly photo: PhotoRecord
  readonly name: string
  readonly format: RenditionFormat
  readonly source: AheadSource | undefined
  /** Those that were being made when it was asked for. */
  readonly others: readonly BlobKey[]
}

/**
 * The rendition that is wished for, made where it does not exist, or where its bytes are lost.
 *
 * @throws as `Renditions.obtain`; ABORTED where it was given up, or its pixels are gone and nobody waits for it
 */
export async function findOrMake(wish: Wish, deps: Making): Promise<RenditionRecord> {
  const { photo, name, format, source } = wish
  const isOfLadder = source?.pixels !== undefined && 'path' in source.pixels
  if (source && !isOfLadder) return make(wish, deps) // the thumbnail of what was just uploaded: there is none
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
  const { photo, name, format } = wish
  const spec = parseRenditionName(name)
  if (!spec)
    throw new TintypeError('RENDITION_NOT_FOUND', 'No preset and no width of the ladder has this name')
  const key = renditionKey(photo.id, name, format)
  const known = deps.failures.find([photo.id, key])
  if (known) throw known
  if (spec.isCustom) await refuseTooMany(wish, deps.catalog)
  const rendered = draw(wish, { ...spec, format }, deps)
  const { bytes, width, height } = await rendered.catch(async (error: unknown) => {
    // bytes that were deleted under the decoder are no fault of theirs (B156)
    if (!(await deps.catalog.get(photo.id))) throw photoNotFound()
    // an image that does not decode becomes nothing; one that takes too long may yet become something smaller
    const isUnreadable = isTintypeError(error) && error.code === 'UNREADABLE_IMAGE'
    deps.failures.add(isUnreadable ? photo.id : key, error)
    throw error
  })

  await deps.blobs.put(key, bytes, { contentType: renditionMimeTypes[format], ifExists: 'replace' })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const rendition = { photoId: photo.id, name, format, width, height, byteSize: bytes.length, sha256 }
  if (await deps.catalog.putRendition(rendition)) return rendition
  await deps.blobs.delete(key) // the photo was deleted meanwhile (B156)
  throw photoNotFound()
}

async function draw(wish: Wish, target: RenderTarget, deps: RenditionDependencies): Promise<RenderedImage> {
  const { photo, source } = wish
  const { blobs, imaging } = deps
  const pixels = source?.pixels ?? (await decodeFirst(wish, deps))
  const drawn = pixels && (await drawFrom(pixels, target, { imaging, wait: source }))
  if (drawn) return drawn
  if (source && (source.isPatient() || source.signal.aborted))
    throw new TintypeError('ABORTED', 'The pixels are gone, and nobody waits')
  return imaging.render(await openOriginal(photo, blobs), target)
}

function drawFrom(
  pixels: Preview | PixelFile,
  target: RenderTarget,
  { imaging, wait }: { readonly imaging: Imaging; readonly wait: AheadSource | undefined },
): Promise<RenderedImage | undefined> {
  if ('token' in pixels) return imaging.renderPreview(pixels, target, wait)
  return imaging.render(pixels, target, wait)
}

/** The pixels of a photo whose thumbnail is the first that is made of it, and with them its placeholder. */
async function decodeFirst(
  { photo, name, source }: Wish,
  { blobs, catalog, imaging }: RenditionDependencies,
): Promise<Preview | undefined> {
  if (photo.placeholder !== '' || name !== 'thumb') return undefined
  const original = await openOriginal(photo, blobs)
  const { preview, placeholder } = await imaging.inspect(original, photo.format, source)
  await catalog.setPlaceholder(photo.id, placeholder)
  return preview
}

/**
 * Those under way count too, each once, or many wishes at once would all find room. The one that is wished for does
 * not: where it is made again, it has its place.
 */
async function refuseTooMany({ photo, name, format, others }: Wish, catalog: PhotoCatalog) {
  const own = renditionKey(photo.id, name, format)
  const existing = await catalog.listRenditions(photo.id)
  const keys = [...others, ...existing.map((made) => renditionKey(photo.id, made.name, made.format))]
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

/** The bytes of an original, or where they lie. @throws PHOTO_NOT_FOUND where the bytes are missing (threat B181) */
export async function openOriginal(photo: PhotoRecord, blobs: BlobStore): Promise<ImageSource> {
  const key = originalKey(photo.id, photo.format)
  const path = await blobs.localPath?.(key)
  if (path !== undefined) return { path }
  const original = await blobs.open(key)
  if (!original) throw photoNotFound()
  return buffer(original.body)
}
