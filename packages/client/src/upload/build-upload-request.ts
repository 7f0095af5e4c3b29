import { checkHeaders } from '../transport/check-headers.ts'
import type { OpenInput } from './upload-input.ts'
import type { PhotoDescription } from './upload-options.ts'

/**
 * Path and headers of the request that uploads the bytes. Every attempt has the same ones.
 *
 * @throws TintypeError `INVALID_REQUEST` if the key cannot be sent
 */
export function buildUploadRequest(
  photo: PhotoDescription & Pick<OpenInput, 'body'>,
): [path: string, headers: Record<string, string>] {
  const { body, filename, tags, idempotencyKey = randomKey() } = photo
  const query = new URLSearchParams(tags?.map((tag) => ['tags', tag]))
  for (const name of ['title', 'alt', 'owner', 'visibility'] as const) {
    const value = photo[name]
    // without types, those of another photo can be null
    if (value != null) query.set(name, value)
  }
  return [
    `/photos?${query}`.replace(/\?$/, ''),
    checkHeaders({
      'content-type': mimeTypeOf(body),
      'Idempotency-Key': idempotencyKey,
      ...(filename && { 'content-disposition': `attachment; filename*=UTF-8''${encodeName(filename)}` }),
    }),
  ]
}

/** The type of an image as the platform guessed it: the server detects the format from the bytes. That of our own form has its boundary. */
function mimeTypeOf(body: OpenInput['body']): string | undefined {
  if (body instanceof FormData) return undefined
  const { type } = body as Blob // a stream of bytes has none
  return /^image\/.|=tintype-/.test(type) ? type : 'application/octet-stream'
}

/** It need not be secret. Not by `crypto`, which React Native lacks, and pages served over plain HTTP have in part. */
export function randomKey(): string {
  return [Date.now(), Math.random()].join('-')
}

/** @see RFC 8187 §3.2.1: `attr-char` allows fewer characters than `encodeURIComponent` keeps */
function encodeName(name: string): string {
  const encoded = encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\ufffd'))
  return encoded.replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)
}
