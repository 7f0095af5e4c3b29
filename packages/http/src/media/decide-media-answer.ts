import type { Media } from '@tintype/photos'
import { mediaSecurityHeaders } from '../middleware/security-headers.ts'
import type { Evaluation } from '../protocol/conditional.ts'
import { attachmentHeader } from '../protocol/content-disposition.ts'
import type { HeaderFields } from '../protocol/set-headers.ts'

const sharedFields: HeaderFields = {
  ...mediaSecurityHeaders,
  'Cache-Control': 'public, max-age=31536000, immutable',
  'Accept-Ranges': 'bytes',
}

/** The strong validator of media, as it is sent. */
export function mediaEtag({ sha256 }: Media): string {
  return `"${sha256}"`
}

/**
 * Headers of an answer with media, besides those that every answer has.
 *
 * @param evaluation that led to 200, 206 or 304
 * @param options.isDownload whether a browser is to save them instead of showing them
 */
export function mediaFields(
  media: Media,
  { status, range }: Evaluation,
  { isDownload }: { readonly isDownload: boolean },
): HeaderFields {
  const fields = { ...sharedFields, ETag: mediaEtag(media) }
  if (status === 304) return fields
  const { start, end } = range ?? { start: 0, end: media.byteSize - 1 }
  return {
    ...fields,
    'Content-Type': media.mimeType,
    'Content-Length': String(end - start + 1),
    ...(range && { 'Content-Range': `bytes ${start}-${end}/${media.byteSize}` }),
    ...(isDownload && { 'Content-Disposition': attachmentHeader(media.filename) }),
  }
}
