import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { PhotoRecord, RenditionRecord } from '@tintype/catalog'
import { renditionMimeTypes } from '@tintype/contract'
import { identify, identifyByteSize, type RenderedImage } from '@tintype/imaging'
import type { BlobKey } from '@tintype/storage'
import { renditionKey } from '../blob-keys.ts'
import { isExpendable } from '../media/expendable-renditions.ts'
import { photoNotFound } from '../photo-not-found.ts'
import { boundPhoto } from './bound-photo.ts'
import type { RenditionDependencies } from './make-rendition.ts'

/** How a rendition came to be: from our bytes, from those of another server, or from ours instead of unusable ones. */
export type RenditionOutcome = 'made' | 'adopted' | 'replaced'

/**
 * Older bytes without a row are what a crash left, and a sweep may be about to remove them: they are replaced. Younger ones are
 * another server's, whose row is on its way. Those from before this process began are replaced too: a power cut may have left a
 * part of them.
 */
const adoptedForMs = () => Math.min(60 * 60 * 1000, performance.now())

/** Larger bytes are no rendition of ours. */
const maxAdoptedByteSize = 64 * 1024 * 1024

interface Target {
  readonly photo: PhotoRecord
  readonly name: string
}

type Tools = Pick<RenditionDependencies, 'blobs' | 'catalog' | 'onRendition' | 'maxByteSizePerPhoto'>

/**
 * Stores a rendition. Bytes first, then the row, as with photos: a crash in between leaves an orphan, never a row without
 * bytes. A power cut may leave either, or a part of the bytes, because neither waits for a sync. If another server has stored the same rendition, its bytes stay and are recorded: our row over its bytes, or the other
 * way round, would not fit.
 *
 * @throws PHOTO_NOT_FOUND if the photo is deleted in the meantime (threat B156); errors of store and catalog
 */
export async function storeRendition(
  image: RenderedImage,
  { photo, name }: Target,
  { blobs, catalog, onRendition, maxByteSizePerPhoto: maxByteSize }: Tools,
): Promise<RenditionRecord> {
  const { bytes, format } = image
  const key = renditionKey(photo.id, name, format)
  const own = toRenditionRecord(image, { photoId: photo.id, name })
  let rendition: RenditionRecord = own
  let outcome: RenditionOutcome = 'made'
  const options = putOptionsOf(own)
  if ((await blobs.put(key, bytes, { ...options, ifExists: 'fail' })) === 'exists') {
    const found = await findUsable(own, key, { blobs, catalog })
    outcome = found ? 'adopted' : 'replaced'
    rendition = found ?? own
    if (!found) await blobs.put(key, bytes, { ...options, ifExists: 'replace' })
  }
  if (await catalog.putRendition(rendition)) {
    onRendition?.(outcome, rendition.byteSize)
    if (maxByteSize !== undefined) await boundPhoto(rendition, { blobs, catalog, maxByteSize })
    return rendition
  }
  await blobs.delete(key)
  throw photoNotFound()
}

/** The record of an image that was rendered here. */
export function toRenditionRecord(
  { bytes, format, width, height }: RenderedImage,
  { photoId, name }: Pick<RenditionRecord, 'photoId' | 'name'>,
): RenditionRecord {
  return { photoId, name, format, width, height, ...contentOf(bytes) }
}

/** How the bytes of a rendition are stored. */
export function putOptionsOf(rendition: RenditionRecord) {
  return { contentType: renditionMimeTypes[rendition.format], isExpendable: isExpendable(rendition) }
}

/** The record of what is stored already, if it can be used as the rendition. */
async function findUsable(
  own: RenditionRecord,
  key: BlobKey,
  { blobs, catalog }: Tools,
): Promise<RenditionRecord | undefined> {
  const stored = await blobs.stat(key)
  if (stored === undefined || stored.byteSize > maxAdoptedByteSize) return undefined
  const bytes = await readWhole(key, blobs)
  if (bytes === undefined) return undefined
  const content = contentOf(bytes)
  const recorded = await catalog.getRendition(own.photoId, own.name, own.format)
  if (recorded) return recorded.sha256 === content.sha256 ? recorded : undefined
  const isYoung = Date.now() - stored.modifiedAtMs < adoptedForMs()
  return isYoung && isOfFormat(bytes, own.format) ? { ...own, ...content } : undefined
}

/** `undefined` if the bytes cannot be read: they are to be replaced anyway. */
async function readWhole(key: BlobKey, blobs: Tools['blobs']): Promise<Buffer | undefined> {
  try {
    const opened = await blobs.open(key)
    return opened && (await buffer(opened.body))
  } catch {
    return undefined
  }
}

function contentOf(bytes: Uint8Array) {
  return { byteSize: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

function isOfFormat(bytes: Buffer, format: RenditionRecord['format']): boolean {
  return identify(bytes.subarray(0, identifyByteSize)) === (format === 'jpg' ? 'jpeg' : format)
}
