import { z } from 'zod'
import { photoFormats } from '../photo.ts'
import { visibilities } from '../upload-grant.ts'
import { metadata, ownerInput, sha256, tags, text, textLimits } from './values.ts'

/** As browsers send it: in lower case, without the port of its scheme. Neither `null` nor a path. */
const origin = z
  .string()
  .max(300)
  .regex(/^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?$/, 'must be an http or https origin')
  .refine(
    (text) => !/^(?:http:.*:80|https:.*:443)$/.test(text),
    'must not have the default port of its scheme',
  )

/** What one upload token allows and fixes. */
export const uploadTokenInput = z.strictObject({
  owner: ownerInput.optional(),
  expiresInSeconds: z.int().min(10).max(86_400).default(900),
  uses: z.int().min(1).max(100).default(1),
  maxByteSize: z.int().min(1).optional(),
  formats: z
    .array(z.enum(photoFormats))
    .min(1)
    .transform((list) => [...new Set(list)])
    .optional(),
  maxPixels: z.int().min(1).optional(),
  visibility: z.enum(visibilities).optional(),
  tags: tags.optional(),
  title: text(textLimits.title).min(1).optional(),
  alt: text(textLimits.alt).min(1).optional(),
  metadata: metadata.optional(),
  sha256: sha256.optional(),
  origin: origin.optional(),
})

/** `tokens.createUpload`: one input, or 1 to 100. */
export const uploadTokensInput = z.union([uploadTokenInput, z.array(uploadTokenInput).min(1).max(100)])

/** `tokens.revoke`. */
export const tokenIdInput = z.strictObject({
  id: z.string().regex(/^[\w-]{16}$/, 'must be the id of an upload token: 16 characters'),
})

/** The payload of an upload token: what it allows and fixes, and where it comes from. Times in Unix seconds. */
export const uploadTokenPayload = uploadTokenInput.omit({ expiresInSeconds: true }).extend({
  uses: z.int().min(1).max(100),
  id: z.string().regex(/^[\w-]{16}$/),
  key: z.string().min(1).max(210),
  iat: z.int().min(0),
  exp: z.int().min(0),
})
