import { fromProblem, TintypeError, type TintypeErrorCode } from '@tintype/contract'
import { type Answer, optionsOf, readRetryAfter } from './answer.ts'

/** What a proxy's own refusals mean. */
const codeOfStatus: Readonly<Record<number, TintypeErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  407: 'UNAUTHENTICATED',
  408: 'UPLOAD_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'RATE_LIMITED',
}

/** The code that is nearest to one that this SDK does not know, by its status. */
const nearestCodes: Readonly<Record<number, TintypeErrorCode>> = {
  ...codeOfStatus,
  404: 'ROUTE_NOT_FOUND',
  422: 'UNREADABLE_IMAGE',
  507: 'STORAGE_FULL',
}

/**
 * The error for an answer that is neither the expected one nor a problem with a known code. A page loads this module only when such
 * an answer came.
 *
 * - A problem of a newer server, with a code that is unknown here: the nearest code by its status, with the fact `serverCode`.
 * - An answer of a proxy: the code that means the same as its status.
 * - Any other, such as a login page: `UNEXPECTED_ANSWER`. The latter two have the facts `status`, `contentType`, `url` and
 *   `redirected`.
 */
export function explainAnswer(answer: Partial<Answer>, cause: unknown): TintypeError {
  const { status = 0 } = answer
  const newer = readNewerProblem(answer)
  if (newer) return newer
  const options = optionsOf(answer, cause)
  const code = codeOfStatus[status]
  return code
    ? new TintypeError(code, `A proxy refused the request with status ${status}`, options)
    : new TintypeError('UNEXPECTED_ANSWER', 'The answer did not come from a Tintype server', options)
}

function readNewerProblem({ text, retryAfter }: Partial<Answer>): TintypeError | undefined {
  try {
    const { code, status, ...rest } = JSON.parse(text ?? '')
    const nearest = nearestCodes[status] ?? (status < 500 ? 'INVALID_REQUEST' : 'INTERNAL')
    const problem = { ...rest, code: nearest, serverCode: code }
    return code && rest.requestId ? fromProblem(problem, readRetryAfter(retryAfter)) : undefined
  } catch {
    return undefined
  }
}
