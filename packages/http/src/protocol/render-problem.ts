import { problemMediaType, type TintypeError, toProblem } from '@tintype/contract'
import type { HeaderFields } from './set-headers.ts'

/** An error as an answer. */
export interface RenderedProblem {
  readonly status: number
  readonly fields: HeaderFields
  readonly body: string
}

/**
 * Renders an error as `application/problem+json`.
 *
 * @param status where HTTP has one of its own for the case
 * @see RFC 9457
 */
export function renderProblem(error: TintypeError, requestId: string, status?: number): RenderedProblem {
  const problem = toProblem(error, requestId)
  const body = JSON.stringify(status === undefined ? problem : { ...problem, status })
  const retryAfter = error.retryAfterSeconds
  return {
    status: status ?? problem.status,
    fields: {
      'Cache-Control': 'no-store',
      ...(retryAfter && { 'Retry-After': String(retryAfter) }),
      // who was too slow once would be waited for again (RFC 9110 §15.5.9)
      ...(error.code === 'UPLOAD_TIMEOUT' && { Connection: 'close' }),
      'Content-Type': problemMediaType,
      'Content-Length': String(Buffer.byteLength(body)),
    },
    body,
  }
}
