import {
  fileTypes,
  isPhotoId,
  type PhotoFormat,
  type PhotoId,
  parseMediaPath,
  type RenditionFormat,
} from '@tintype/contract'
import { type BlobKey, parseBlobKey } from '@tintype/storage'

/** Prefix of every original's key. Originals and renditions never mix. */
export const originalsPrefix = 'originals/'
/** Prefix of every rendition's key. */
export const renditionsPrefix = 'renditions/'

/**
 * Digits of the id that name a blob's directory: 17.5 minutes of uploads. Photos that arrive together share a directory, so
 * that their commits share its sync; the size of a directory is bounded.
 */
const shardDigits = 7

/** The key of an original. No part of it comes from the client. */
export function originalKey(id: PhotoId, format: PhotoFormat): BlobKey {
  return parseBlobKey(`${originalsPrefix}${shard(id)}/${id}.${fileTypes[format].extension}`)
}

/** The key of a rendition; `name` as returned by `nameRendition`. */
export function renditionKey(id: PhotoId, name: string, format: RenditionFormat): BlobKey {
  return parseBlobKey(`${renditionsPrefix}${shard(id)}/${id}.${name}.${format}`)
}

/** What the keys of a photo below a prefix begin with, before their first dot. It orders photos by their ids. */
export function photoStem(prefix: string, id: PhotoId): string {
  return `${prefix}${shard(id)}/${id}`
}

/** What the keys of a photo's renditions begin with, and no other key. */
export function renditionsPrefixOf(id: PhotoId): string {
  return `${renditionsPrefix}${shard(id)}/${id}.`
}

/** The photo or rendition that a key belongs to; `undefined` for a key that Tintype did not make. */
export function readBlobKey(key: BlobKey) {
  const [file = ''] = key.split('/').slice(2)
  const id = file.slice(0, 36)
  if (!isPhotoId(id)) return undefined
  const reference = parseMediaPath(`/${id}${file.slice(36).replace(/^\.(?=[^.]+\.)/, '/')}`)
  if (!reference) return undefined
  const made =
    reference.kind === 'original'
      ? originalKey(reference.id, reference.format)
      : renditionKey(reference.id, reference.name, reference.format)
  return made === key ? reference : undefined
}

function shard(id: PhotoId): string {
  return id.slice(0, shardDigits) // the first eight digits have no dash between them
}
