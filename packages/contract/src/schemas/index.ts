/** Input schemas. Not in the main entry, so that pages that only need types and URLs load no zod. */
import { z } from 'zod'
import { TintypeError } from '../errors.ts'
import { isPhotoId } from '../media-urls.ts'
import { type PhotoId, photoFormats, renditionFits, renditionFormats } from '../photo.ts'
import { maxRenditionSide } from '../renditions.ts'
import { duplicatePolicies, type PhotoMetadata, visibilities } from '../upload-grant.ts'

/** Longest texts, in characters, and most tags of a photo. */
export const textLimits = { title: 300, alt: 2000, tag: 64, tags: 32, search: 200, cursor: 100 } as const

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused (threat B059)
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !controls.test(value), 'must not contain control characters')
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode')

const clearable = (max: number) =>
  text(max)
    .nullable()
    .transform((value) => (value === '' ? null : value))

const tags = z
  .array(text(textLimits.tag).min(1))
  .max(textLimits.tags)
  .transform((list) => [...new Set(list)])

const photoId = z
  .string()
  .refine(isPhotoId, 'must be a photo id (UUIDv7 in lower case)')
  .transform((id) => id as PhotoId)
const side = z.int().min(1).max(maxRenditionSide)

/** The texts of a photo; `null` or an empty text clears one. */
export const photoTextInput = z.strictObject({
  title: clearable(textLimits.title).optional(),
  alt: clearable(textLimits.alt).optional(),
  tags: tags.optional(),
})

/** An owner of photos: 1 to 200 visible ASCII characters, given by the application and never interpreted. */
export const ownerInput = z.string().regex(/^[!-~]{1,200}$/, 'must be 1 to 200 visible ASCII characters')

const metadata = z.custom<PhotoMetadata>(isMetadata, 'must be a JSON object of at most 4096 bytes')

/** `photos.get`, `photos.delete`. */
export const photoIdInput = z.strictObject({ id: photoId })

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
    cursor: z.string().min(1).max(textLimits.cursor).nullish(),
    tag: text(textLimits.tag).min(1).optional(),
    search: text(textLimits.search).optional(),
    owner: ownerInput.optional(),
    visibility: z.enum(visibilities).optional(),
    /** Sent by tRPC's infinite queries. There is no other direction yet. */
    direction: z.literal('forward', "must be 'forward': pages go from newest to oldest").optional(),
  })
  .prefault({})
  .transform(({ direction: _direction, ...query }) => query)

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

/** As browsers send it: in lower case, without the port of its scheme. Neither `null` nor a path. */
const origin = z
  .string()
  .max(300)
  .regex(/^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?$/, 'must be an http or https origin')
  .refine(
    (text) => !/^(?:http:.*:80|https:.*:443)$/.test(text),
    'must not have the default port of its scheme',
  )

/** `tokens.createUpload`: what an upload token allows and fixes. */
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
  profile: text(textLimits.tag).min(1).optional(),
  visibility: z.enum(visibilities).optional(),
  tags: tags.optional(),
  title: text(textLimits.title).min(1).optional(),
  alt: text(textLimits.alt).min(1).optional(),
  metadata: metadata.optional(),
  duplicates: z.enum(duplicatePolicies).optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
    .optional(),
  origin: origin.optional(),
})

/** The payload of an upload token: what it allows and fixes, and where it comes from. Times in Unix seconds. */
export const uploadTokenPayload = uploadTokenInput.omit({ expiresInSeconds: true }).extend({
  uses: z.int().min(1).max(100),
  id: z.string().regex(/^[\w-]{16}$/),
  key: z.string().min(1).max(210),
  iat: z.int().min(0),
  exp: z.int().min(0),
})

function isMetadata(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  try {
    return encodeURIComponent(JSON.stringify(value)).replace(/%../g, '.').length <= 4096
  } catch {
    return false // too deeply nested to be written as JSON
  }
}

/** A value that does not fit its schema. */
export interface InputIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** The error for input that does not fit its schema. It names the first ten problems, such as `tags.2: must not be empty`. */
export function invalidInput(issues: readonly InputIssue[]): TintypeError {
  const lines = issues
    .slice(0, 10)
    .map(({ path, message }) => `${path.map(String).join('.') || 'input'}: ${message}`)
  return new TintypeError('INVALID_REQUEST', `The input is not valid: ${lines.join('; ')}`, {
    facts: { issues: lines },
  })
}

/**
 * Parses untrusted input by its schema.
 *
 * @throws INVALID_REQUEST with the fact `issues`: the first ten problems
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input)
  if (!result.success) throw invalidInput(result.error.issues)
  return result.data
}
