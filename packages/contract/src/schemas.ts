/** Input schemas. Not in the main entry: browsers that only need types and URLs then load no zod. */
import { z } from 'zod'
import { TintypeError } from './errors.ts'
import { isPhotoId } from './media-urls.ts'
import { type PhotoId, renditionFits, renditionFormats } from './photo.ts'
import { maxRenditionSide } from './renditions.ts'

/** Longest texts, in characters, and most tags of a photo. */
export const textLimits = { title: 300, alt: 2000, tag: 64, tags: 32, search: 200, cursor: 100 } as const

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused (threat B059)
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

/** What a person writes about a photo; `null` or an empty text clears. */
export const photoTextInput = z.strictObject({
  title: clearable(textLimits.title).optional(),
  alt: clearable(textLimits.alt).optional(),
  tags: tags.optional(),
})

/** `photos.get`, `photos.delete`. */
export const photoIdInput = z.strictObject({ id: photoId })

/** `photos.update`. */
export const photoUpdateInput = photoTextInput.extend({ id: photoId })

/** `photos.list`: newest first. */
export const photoListInput = z
  .strictObject({
    limit: z.int().min(1).max(100).default(20),
    cursor: z.string().min(1).max(textLimits.cursor).nullish(),
    tag: text(textLimits.tag).min(1).optional(),
    search: text(textLimits.search).optional(),
    /** Sent by the infinite queries of tRPC's React integration. There is no other direction yet. */
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

/** One problem that a schema found. */
export interface InputIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** The error for input that fails its schema: names the first ten problems, `tags.2: must not be empty`. */
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
