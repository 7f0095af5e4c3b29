import { z } from 'zod'
import { scopes } from '../rights.ts'
import { signatureCovers } from '../signed-url.ts'
import { cursor, direction, ownerInput, photoId, text } from './values.ts'

const keyId = z.string().regex(/^[0-9A-Za-z]{12}$/, 'must be the id of a key: 12 letters and digits')
const count = z.int().min(0)

/** `keys.create`. */
export const keyCreateInput = z.strictObject({
  name: text(100)
    .min(1)
    .regex(/^\P{Cc}*$/u, 'must be one line'),
  scopes: z
    .array(z.enum(scopes))
    .min(1)
    .transform((list) => [...new Set(list)]),
  owner: ownerInput.optional(),
  expiresAt: z.iso
    .datetime({ offset: true, error: 'must be a time as ISO 8601, such as 2030-01-31T12:00:00Z' })
    .transform((time) => new Date(time).toISOString())
    .optional(),
  limits: z
    .strictObject({
      requestsPerMinute: z.int().min(1).optional(),
      maxPhotos: count.optional(),
      maxBytes: count.optional(),
      maxByteSize: z.int().min(1).optional(),
    })
    .default({}),
})

/** `keys.rotate`. */
export const keyRotateInput = z.strictObject({
  id: keyId,
  overlapSeconds: z.int().min(0).max(604_800).default(86_400),
})

/** `keys.revoke`. */
export const keyIdInput = z.strictObject({ id: keyId })

/** `urls.sign`: the URLs of one photo, or 1 to 100 paths. */
export const urlSignInput = z
  .strictObject({
    photoId: photoId.optional(),
    paths: z.array(z.string().min(1).max(200)).min(1).max(100).optional(),
    covers: z.enum(signatureCovers).optional(),
    expiresInSeconds: z.union([z.int().min(1), z.literal('never')]).optional(),
    download: z.boolean().optional(),
  })
  .refine(
    ({ photoId, paths }) => (photoId === undefined) !== (paths === undefined),
    'must have either photoId or paths',
  )

/** `owners.usage`. */
export const ownerUsageInput = z.strictObject({ owner: ownerInput.optional() }).prefault({})

/** `owners.setQuota`. Replaces both limits; `null` or an absent one is the server's own limit. */
export const ownerQuotaInput = z.strictObject({
  owner: ownerInput,
  maxPhotos: count.nullish(),
  maxBytes: count.nullish(),
})

/** `audit.list`: newest first. */
export const auditListInput = z
  .strictObject({
    limit: z.int().min(1).max(100).default(20),
    cursor: cursor.nullish(),
    actor: z.string().min(1).max(210).optional(),
    target: z.string().min(1).max(210).optional(),
    direction: direction.optional(),
  })
  .prefault({})
  .transform(({ direction: _direction, ...query }) => query)
