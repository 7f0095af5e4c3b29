import type { IncomingHttpHeaders } from 'node:http'
import type { MediaReference } from '@tintype/contract'
import type { Media } from '@tintype/photos'
import type { ByteRange } from '@tintype/storage'
import { mediaSecurityHeaders } from '../middleware/security-headers.ts'
import { evaluateRequest } from '../protocol/conditional.ts'
import { attachmentHeader } from '../protocol/content-disposition.ts'
import type { HeaderFields } from '../protocol/set-headers.ts'

/** Path below the base path at which media are mounted. */
export const mediaMount = '/media'

/** The part of a request that the answer depends on. */
export interface MediaRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** Whether a browser saves the file instead of showing it. */
  readonly isDownload: boolean
  /** Cache-Control of private media. @default nothing keeps them */
  readonly privateCacheControl?: string | undefined
}

/** The answer to a request for media. */
export type MediaAnswer =
  | {
      readonly status: 200 | 206 | 304
      /** Only with 206. */
      readonly range?: ByteRange | undefined
      /** Every header of the answer, besides those that all answers of Tintype have. */
      readonly fields: HeaderFields
      /** Whether `fields` is the same object for other requests. */
      readonly isShared: boolean
    }
  /** The request's preconditions or its range do not fit. */
  | { readonly status: 412 }
  | { readonly status: 416 }

/** Any cache may keep public media. */
export const publicCacheControl = 'public, max-age=31536000, immutable'
/** Private media are not cached by default, because a right can be withdrawn. */
const uncached = 'private, no-store'

/**
 * Decides the answer to a request for media: status, range and headers. The route and the cached answer both call this, so
 * that a new rule holds for both. Pure.
 *
 * @see RFC 9110 §13, §14
 */
export function decideMediaAnswer(media: Media, request: MediaRequest): MediaAnswer {
  const { method, headers, isDownload, privateCacheControl = uncached } = request
  const { byteSize } = media
  const cacheControl = media.visibility === 'public' ? publicCacheControl : privateCacheControl
  const { etag, kept, whole } = fieldsOf(media, cacheControl)
  const { status, range } = evaluateRequest({ method, headers, etag, byteSize })
  if (status === 412) return { status }
  if (status === 416) return { status }
  if (status === 304) return { status, fields: kept, isShared: true }
  if (range === undefined && !isDownload) return { status, fields: whole, isShared: true }
  const { start, end } = range ?? { start: 0, end: byteSize - 1 }
  const fields = {
    ...whole,
    'Content-Length': String(end - start + 1),
    ...(range && { 'Content-Range': `bytes ${start}-${end}/${byteSize}` }),
    ...(isDownload && { 'Content-Disposition': attachmentHeader(media.filename) }),
  }
  return { status, range, fields, isShared: false }
}

interface MediaFields {
  readonly cacheControl: string
  readonly etag: string
  /** Those of a 304. */
  readonly kept: HeaderFields
  /** Those of an answer with all bytes. */
  readonly whole: HeaderFields
}

/** Kept, because many requests get the same. Those of private media change once a second. */
const madeFields = new WeakMap<Media, MediaFields>()

function fieldsOf(media: Media, cacheControl: string): MediaFields {
  const made = madeFields.get(media)
  if (made?.cacheControl === cacheControl) return made
  const etag = `"${media.sha256}"`
  const kept = {
    ...mediaSecurityHeaders,
    'Cache-Control': cacheControl,
    'Accept-Ranges': 'bytes',
    ETag: etag,
  }
  const whole = { ...kept, 'Content-Type': media.mimeType, 'Content-Length': String(media.byteSize) }
  const fields = { cacheControl, etag, kept, whole }
  madeFields.set(media, fields)
  return fields
}

/** Whether the query of a URL that is not signed asks to save the file. */
export function wantsDownload(query: string): boolean {
  return query !== '' && new URLSearchParams(query).has('download')
}

/** The pattern of a media URL, for log and metrics. */
export function mediaPattern({ kind }: MediaReference): string {
  return kind === 'original' ? '/media/:id.:ext' : '/media/:id/:rendition.:ext'
}
