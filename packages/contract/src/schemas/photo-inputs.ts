import { z } from 'zod'
import { renditionFits, renditionFormats } from '../photo.ts'
import { photoChangeTypes } from '../photo-change.ts'
import { visibilities } from '../upload-grant.ts'
import {
  clearable,
  cursor,
  metadata,
  ownerInput,
  photoId,
  sha256,
  side,
  tags,
  text,
  textLimits,
} from './values.ts'

/** The texts of a photo; `null` or an empty text clears one. */
export const photoTextInput = z.strictObject({
  title: clearable(textLimits.title).optional(),
  alt: clearable(textLimits.alt).optional(),
  tags: tags.optional(),
})

/** `photos.get`, `photos.delete`. */
export const photoIdInput = z.strictObject({ id: photoId })

/** Photos of one call, without duplicates. */
const photoIds = z
  .array(photoId)
  .min(1)
  .max(100)
  .transform((ids) => [...new Set(ids)])

/** `photos.deleteMany`. */
export const photoDeleteManyInput = z.strictObject({ ids: photoIds })

/** `photos.findByDigest`. */
export const photoFindByDigestInput = z.strictObject({
  sha256: z
    .array(sha256)
    .min(1)
    .max(100)
    .transform((list) => [...new Set(list)]),
})

/** `photos.tagMany`. */
export const photoTagManyInput = z
  .strictObject({ ids: photoIds, add: tags.default([]), remove: tags.default([]) })
  .refine(({ add, remove }) => add.length + remove.length > 0, 'must have tags to add or to remove')
  .refine(
    ({ add, remove }) => !add.some((tag) => remove.includes(tag)),
    'must not add and remove the same tag',
  )

/** `tags.list`. */
export const tagListInput = z
  .strictObject({ prefix: text(textLimits.tag).default(''), limit: z.int().min(1).max(50).default(20) })
  .prefault({})

/** Who may read a photo's media. */
export const visibilityInput = z.enum(visibilities)

/** `photos.update`. */
export const photoUpdateInput = photoTextInput.extend({
  id: photoId,
  visibility: z.enum(visibilities).optional(),
  metadata: metadata.nullable().optional(),
})

/** `photos.move`. */
export const photoMoveInput = z.strictObject({ id: photoId, owner: ownerInput.nullable() })

/** `photos.list`: newest first. */
export const photoListInput = z
  .strictObject({
    limit: z.int().min(1).max(100).default(20),
    cursor: cursor.nullish(),
    tag: text(textLimits.tag).min(1).optional(),
    search: text(textLimits.search).optional(),
    owner: ownerInput.optional(),
    visibility: z.enum(visibilities).optional(),
    direction: z.enum(['forward', 'backward']).optional(),
    around: photoId.optional(),
    sort: z.enum(['uploaded', 'taken']).optional(),
  })
  .prefault({})
  .refine(
    ({ direction, cursor }) => direction !== 'backward' || typeof cursor === 'string',
    'must have a cursor to list backward: previousCursor of a page',
  )
  .refine(({ sort, search }) => sort !== 'taken' || !search, 'must not have both a search and sort: taken')

/** `photos.onChange`. */
export const photoChangeInput = z
  .strictObject({
    lastEventId: z.string().min(1).max(100).optional(),
    types: z.array(z.enum(photoChangeTypes)).min(1).max(photoChangeTypes.length).optional(),
  })
  .prefault({})

/** `thumbnails.create`. */
export const thumbnailInput = z.strictObject({
  photoId,
  width: side.optional(),
  height: side.optional(),
  fit: z.enum(renditionFits).optional(),
  format: z.enum(renditionFormats).optional(),
  quality: z.int().min(1).max(100).optional(),
})

/** `thumbnails.list`. */
export const thumbnailListInput = z.strictObject({ photoId })
