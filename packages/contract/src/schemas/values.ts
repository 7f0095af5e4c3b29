import { z } from 'zod'
import { isPhotoId } from '../media-urls.ts'
import type { PhotoId } from '../photo.ts'
import { maxRenditionSide } from '../renditions.ts'
import type { PhotoMetadata } from '../upload-grant.ts'

/** Longest texts, in characters, and most tags of a photo. */
export const textLimits = { title: 300, alt: 2000, tag: 64, tags: 32, search: 200, cursor: 100 } as const

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused (threat B059)
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

/** A text without spaces at its ends. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !controls.test(value), 'must not contain control characters')
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode')

/** A text that `null` or an empty one clears. */
export const clearable = (max: number) =>
  text(max)
    .nullable()
    .transform((value) => (value === '' ? null : value))

/** Tags of a photo, without duplicates. */
export const tags = z
  .array(text(textLimits.tag).min(1))
  .max(textLimits.tags)
  .transform((list) => [...new Set(list)])

/** A photo's id. Upper case names the same photo. @see RFC 9562 §4 */
export const photoId = z
  .string()
  .toLowerCase()
  .refine(isPhotoId, 'must be a photo id (UUIDv7)')
  .transform((id) => id as PhotoId)

/** SHA-256 of an original. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')

/** Pixels of one side of a rendition. */
export const side = z.int().min(1).max(maxRenditionSide)

/** An owner of photos: 1 to 200 visible ASCII characters, given by the application and never interpreted. */
export const ownerInput = z.string().regex(/^[!-~]{1,200}$/, 'must be 1 to 200 visible ASCII characters')

/** Data of the application about a photo. */
export const metadata = z.custom<PhotoMetadata>(isMetadata, 'must be a JSON object of at most 4096 bytes')

/** Where a page of a list starts. */
export const cursor = z.string().min(1).max(textLimits.cursor)

/** Sent by tRPC's infinite queries. There is no other direction yet. */
export const direction = z.literal('forward', "must be 'forward': pages go from newest to oldest")

function isMetadata(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  try {
    return encodeURIComponent(JSON.stringify(value)).replace(/%../g, '.').length <= 4096
  } catch {
    return false // too deeply nested to be written as JSON
  }
}
