import { checkHeaders } from '../transport/check-headers.ts'
import type { OpenInput } from './upload-input.ts'
import type { PhotoDescription } from './upload-options.ts'

/**
 * Path and headers of the request that uploads the bytes. Every attempt has the same ones.
 *
 * @throws TintypeError `INVALID_REQUEST` if the key cannot be sent
 */
export function buildUploadRequest(
  { body, filename }: OpenInput,
  description: PhotoDescription,
): { path: string; headers: Record<string, string> } {
  const { tags, idempotencyKey = randomKey() } = description
  const query = new URLSearchParams(tags?.map((tag) => ['tags', tag]))
  for (const name of ['title', 'alt', 'owner', 'visibility'] as const) {
    const value = description[name]
    // without types, those of another photo can be null
    if (value != null) query.set(name, value)
  }
  const name = description.filename ?? filename
  return {
    path: `/photos?${query}`.replace(/\?$/, ''),
    headers: checkHeaders({
      'content-type': mimeTypeOf(body),
      'Idempotency-Key': idempotencyKey,
      ...(name && { 'content-disposition': `attachment; filename*=UTF-8''${encodeName(name)}` }),
    }),
  }
}

/** The type as the platform guessed it. The server detects the format from the bytes. A form's own type has its boundary. */
function mimeTypeOf(body: OpenInput['body']): string | undefined {
  if (body instanceof FormData) return undefined
  const { type } = body as Blob // a stream has none
  return /^image\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream'
}

/** It need not be secret. Not by `crypto`, which React Native lacks, and pages served over plain HTTP have in part. */
export function randomKey(): string {
  return [Date.now(), Math.random(), Math.random()].join('-')
}

/** @see RFC 8187 §3.2.1: `attr-char` allows fewer characters than `encodeURIComponent` keeps */
function encodeName(name: string): string {
  const encoded = encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\ufffd'))
  return encoded.replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)
}
