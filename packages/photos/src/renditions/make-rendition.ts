import type { PhotoCatalog, PhotoRecord, RenditionRecord } from '@tintype/catalog'
import { isTintypeError, parseRenditionName, type RenditionFormat, TintypeError } from '@tintype/contract'
import type { Imaging, RenderedImage, RenderTarget, WaitOptions } from '@tintype/imaging'
import type { BlobKey, BlobStore, Staging } from '@tintype/storage'
import { readBlobKey, renditionKey } from '../blob-keys.ts'
import type { Log } from '../log.ts'
import { checkBlob } from '../maintenance/check-blob.ts'
import { photoNotFound } from '../photo-not-found.ts'
import type { NegativeCache } from './negative-cache.ts'
import { openOriginal } from './open-original.ts'
import { type RenditionOutcome, storeRendition } from './store-rendition.ts'
import { thumbnailTarget } from './thumbnail-target.ts'

/** Most renditions of custom sizes that one photo can have: requests cannot fill the disk (threat B297). */
export const maxCustomRenditions = 64

/** What renditions are made with. */
export interface RenditionDependencies {
  readonly staging: Staging
  readonly blobs: BlobStore
  readonly catalog: PhotoCatalog
  readonly imaging: Imaging
  readonly log: Log
  /** Called with each rendition that was stored, and its bytes. */
  readonly onRendition?: ((outcome: RenditionOutcome, byteSize: number) => void) | undefined
  /** Most bytes of one photo's renditions. @default no limit */
  readonly maxByteSizePerPhoto?: number | undefined
}

/** What one rendition is rendered with. */
export interface RenderDeps extends RenditionDependencies {
  readonly failures: NegativeCache
}

/** A rendition to be made. */
export interface RenditionRequest {
  readonly photo: PhotoRecord
  readonly name: string
  readonly format: RenditionFormat
  /** The image, if another job renders it. */
  readonly rendered?: Promise<RenderedImage> | undefined
  /** Present if it is made before a client asks for it. */
  readonly background?: BackgroundRendition | undefined
  /** Aborted if no caller waits any more; without effect once the rendition has begun. */
  readonly signal?: AbortSignal | undefined
  /** The callers that wait, which become more. Empty while none does. */
  readonly shares: ReadonlySet<string>
  /** Keys of the photo's renditions that were being made when this one was requested. */
  readonly others: readonly BlobKey[]
}

/** How a rendition is made in the background. */
export interface BackgroundRendition {
  /** Aborted if it need not be made any more; without effect once a client waits. */
  readonly signal: AbortSignal
  /** Whether a client waits for it by now. Then it is a request like any other. */
  isAwaited: boolean
}

/**
 * The rendition, made if it does not exist, or if its bytes are lost or are not those of its row.
 *
 * @throws as `Renditions.obtain`; and what ended a background rendition early
 */
export async function findOrRender(request: RenditionRequest, deps: RenderDeps): Promise<RenditionRecord> {
  return (await findIntact(request, deps)) ?? renderAndStore(request, deps)
}

/** The rendition, if it exists and its bytes are those of its row. @throws errors of store and catalog */
export async function findIntact(
  { photo, name, format }: Pick<RenditionRequest, 'photo' | 'name' | 'format'>,
  deps: RenditionDependencies,
): Promise<RenditionRecord | undefined> {
  const recorded = await deps.catalog.getRendition(photo.id, name, format)
  if (!recorded) return undefined
  const key = renditionKey(photo.id, name, format)
  const problem = await checkBlob({ blobs: deps.blobs, key, expected: recorded })
  if (!problem) return recorded
  deps.log.warn(
    { event: 'rendition-lost', photoId: photo.id, name, format, ...problem },
    'a rendition that is lost or damaged is made again',
  )
  return undefined
}

/** Makes a rendition, whether or not it exists. @throws as `findOrRender` */
export async function renderAndStore(request: RenditionRequest, deps: RenderDeps): Promise<RenditionRecord> {
  const { photo, name, format } = request
  const spec = parseRenditionName(name)
  if (!spec)
    throw new TintypeError('RENDITION_NOT_FOUND', 'No preset and no width of the ladder has this name')
  const key = renditionKey(photo.id, name, format)
  const known = deps.failures.find([photo.id, key])
  if (known) throw known
  if (spec.isCustom) await refuseTooMany(request, deps.catalog)
  const rendered = await render(request, { ...spec, format }, deps).catch(async (error: unknown) => {
    // dropped before the decode, so nothing is known about the image
    if (isTintypeError(error) && error.code === 'ABORTED') throw error
    // if the photo was deleted during the decode, the image is not the cause (threat B156)
    if (!(await deps.catalog.get(photo.id))) throw photoNotFound()
    // an image that does not decode has no renditions; one that takes too long may still have smaller ones
    const isUnreadable =
      request.rendered === undefined && isTintypeError(error) && error.code === 'UNREADABLE_IMAGE'
    deps.failures.add(isUnreadable ? photo.id : key, error)
    throw error
  })
  return storeRendition(rendered, { photo, name }, deps)
}

async function render(
  request: RenditionRequest,
  target: RenderTarget,
  deps: RenderDeps,
): Promise<RenderedImage> {
  const { photo, name, format, rendered } = request
  const { catalog, imaging } = deps
  if (rendered !== undefined) return rendered
  const source = () => openOriginal(photo, deps)
  if (photo.placeholder !== '' || name !== 'thumb' || format !== thumbnailTarget.format)
    return await imaging.render(source, target, waitOptionsOf(request))
  // The first decode of a photo whose upload was answered by its header alone. The bytes are those of `imaging.render`.
  const { thumbnail, placeholder } = await imaging.inspect(source, photo.format, {
    ...waitOptionsOf(request),
    thumbnail: thumbnailTarget,
  })
  await catalog.setPlaceholder(photo.id, placeholder)
  return thumbnail
}

/** Read when the rendition begins to wait: a client may have requested it since then. */
function waitOptionsOf({ photo, name, format, background, signal, shares }: RenditionRequest): WaitOptions {
  const keys = [renditionKey(photo.id, name, format)]
  if (!background || background.isAwaited) return { lane: 'views', keys, shares, signal }
  return { lane: 'background', keys, signal: background.signal }
}

/**
 * Renditions in progress count too, each once. Otherwise many requests at once would all pass. The requested one does not
 * count: if it is made again, it was counted before.
 */
async function refuseTooMany({ photo, name, format, others }: RenditionRequest, catalog: PhotoCatalog) {
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
