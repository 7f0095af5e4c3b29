import { toErrorShape } from '@tintype/api'
import { problemMediaType, type TintypeError, toProblem } from '@tintype/contract'
import { removeBasePath } from './base-path.ts'
import type { HeaderFields } from './set-headers.ts'

/** What every 401 has, in each form: the only kind of credential that is accepted (RFC 9110 §11.6.1). */
export const challenge = { 'WWW-Authenticate': 'Bearer' } as const

/** An error as an answer. */
export interface RenderedProblem {
  readonly status: number
  readonly fields: HeaderFields
  readonly body: string
}

/**
 * How an error is written: as the problem document of plain HTTP, in tRPC's envelope, or as a problem document with
 * tRPC's envelope as its member `error`, so that clients of either kind can read it.
 */
export type ErrorForm = 'problem' | 'trpc' | 'both'

/**
 * The form of an error that no route has thrown, decided by the request's target as it arrived: `both` below `/trpc`.
 *
 * @param basePath as `HttpOptions.basePath`
 */
export function errorFormOf(target: string | undefined, basePath = ''): ErrorForm {
  const path = (target ?? '').replace(/^https?:\/\/[^/?#]*/i, '')
  return /^\/trpc(?:[/?#]|$)/.test(removeBasePath(path, basePath) ?? '') ? 'both' : 'problem'
}

/**
 * Renders an error for the client.
 *
 * @param options.status if HTTP has a more exact status than the code's
 * @see RFC 9457
 */
export function renderProblem(
  error: TintypeError,
  requestId: string,
  { status, form = 'problem' }: { readonly status?: number; readonly form?: ErrorForm } = {},
): RenderedProblem {
  const problem = toProblem(error, requestId)
  const plain = status === undefined ? problem : { ...problem, status }
  const shape = form === 'problem' ? undefined : { error: { ...toErrorShape(error, requestId), data: plain } }
  const body = JSON.stringify(form === 'trpc' ? shape : { ...plain, ...shape })
  const retryAfter = error.retryAfterSeconds
  return {
    status: plain.status,
    fields: {
      'Cache-Control': 'no-store',
      ...(plain.status === 401 && challenge),
      ...(retryAfter && { 'Retry-After': String(retryAfter) }),
      // the connection closes, because the client would be too slow again (RFC 9110 §15.5.9)
      ...(error.code === 'UPLOAD_TIMEOUT' && { Connection: 'close' }),
      'Content-Type': form === 'trpc' ? 'application/json' : problemMediaType,
      'Content-Length': String(Buffer.byteLength(body)),
    },
    body,
  }
}
