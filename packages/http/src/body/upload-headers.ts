import type { IncomingHttpHeaders } from 'node:http'
import { TintypeError } from '@tintype/contract'
import type { UploadDetails } from '@tintype/photos'
import { parseAttachmentFilename } from '../protocol/content-disposition.ts'
import { readQuery } from './read-query.ts'
import { readDetails } from './upload-details.ts'

/** What the headers of an upload say about its body. */
export interface UploadHeaders {
  readonly contentType: string
  /** Digests of the body, 64 lower-case hex digits each. */
  readonly expectedSha256: readonly string[]
  readonly idempotencyKey: string | undefined
}

/** Reads the headers of an upload. @throws UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST */
export function parseUploadHeaders(headers: IncomingHttpHeaders): UploadHeaders {
  return {
    contentType: parseUploadType(headers),
    expectedSha256: parseDigests(headers),
    idempotencyKey: parseIdempotencyKey(headers),
  }
}

/**
 * The media type of an upload.
 *
 * @throws UNSUPPORTED_MEDIA_TYPE for a type that no upload can have, and for a compressed body, which is never
 *   decompressed (B016, B036)
 */
export function parseUploadType({
  'content-type': type = '',
  'content-encoding': encoding,
}: IncomingHttpHeaders): string {
  if (!isUnencoded(encoding)) {
    throw unsupported(`Expected a body without Content-Encoding; it was ${encoding?.slice(0, 50)}`)
  }
  if (/^(?:multipart\/form-data|image\/[\w!#$%&'*+.^`|~-]+|application\/octet-stream)\s*(?:;|$)/i.test(type))
    return type
  const readable = 'multipart/form-data, image/* or application/octet-stream'
  const sent = type === '' ? 'no Content-Type was sent' : `the Content-Type was ${type.slice(0, 100)}`
  throw unsupported(`Expected ${readable}; ${sent}`)
}

/** @see RFC 9110 §8.4.1 (names are in any case), §5.6.1 (elements of a list may be empty) */
function isUnencoded(encoding = ''): boolean {
  return encoding.split(',').every((one) => /^\s*(?:identity)?\s*$/i.test(one))
}

/**
 * SHA-256 digests of the body from `Content-Digest` and `Repr-Digest`, 64 lower-case hex digits each. Other
 * algorithms are ignored, as the RFC says.
 *
 * @throws INVALID_REQUEST for a sha-256 digest that cannot be read
 * @see RFC 9530 §2, §3
 */
export function parseDigests(headers: IncomingHttpHeaders): string[] {
  return ['content-digest', 'repr-digest'].flatMap((name) => {
    const members = String(headers[name] ?? '').split(',')
    return members.flatMap((member) => {
      const [algorithm = '', value = ''] = member.trim().split(/=(.*)/s)
      if (algorithm.toLowerCase() !== 'sha-256') return []
      const base64 = /^:([A-Za-z0-9+/]{43}=):$/.exec(value)?.[1]
      if (base64 === undefined) throw invalid(`${name} must be sha-256=:<44 characters of base64>:`)
      return [Buffer.from(base64, 'base64').toString('hex')]
    })
  })
}

/** The `Idempotency-Key`; `undefined` if none was sent. @throws INVALID_REQUEST */
export function parseIdempotencyKey({ 'idempotency-key': key }: IncomingHttpHeaders): string | undefined {
  if (key === undefined) return undefined
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw invalid('Idempotency-Key must have 1 to 255 visible ASCII characters')
}

/**
 * The details of an upload whose body is the file itself: the name is in a header or the query, the rest in the query.
 *
 * @param query without `?`
 */
export function parseUploadDetails(headers: IncomingHttpHeaders, query: string): UploadDetails {
  const texts = readQuery(query)
  const [, named] = texts.find(([name]) => name === 'filename') ?? []
  return { filename: parseAttachmentFilename(headers['content-disposition']) ?? named, ...readDetails(texts) }
}

const unsupported = (detail: string) => new TintypeError('UNSUPPORTED_MEDIA_TYPE', detail)
const invalid = (detail: string) => new TintypeError('INVALID_REQUEST', detail)
