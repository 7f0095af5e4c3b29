import { TintypeError, type TintypeErrorCode } from '@tintype/contract'
import { type Answer, optionsOf } from './answer.ts'

/** What a proxy's own refusals mean. */
const codeOfStatus: Readonly<Record<number, TintypeErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  407: 'UNAUTHENTICATED',
  408: 'UPLOAD_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'RATE_LIMITED',
}

/**
 * The error for an answer that no Tintype server gives, such as that of a proxy or a login page: the code that means the same as
 * its status, else `UNEXPECTED_ANSWER`, with the facts `status`, `contentType`, `url` and `redirected`. A page loads this module
 * only when such an answer came.
 */
export function explainAnswer(answer: Partial<Answer>, cause: unknown): TintypeError {
  const code = codeOfStatus[answer.status ?? 0]
  return code
    ? new TintypeError(
        code,
        `A proxy refused the request with status ${answer.status}`,
        optionsOf(answer, cause),
      )
    : new TintypeError(
        'UNEXPECTED_ANSWER',
        'The answer did not come from a Tintype server',
        optionsOf(answer, cause),
      )
}
