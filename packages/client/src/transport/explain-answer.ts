import { fromProblem, TintypeError, type TintypeErrorCode } from '@tintype/contract'
import type { Answer } from './answer.ts'

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
  503: 'OVERLOADED', // so that it is sent again
  507: 'STORAGE_FULL',
}

/**
 * The error for an answer that is neither the expected one nor a problem with a known code. A page loads this module only when such
 * an answer came.
 *
 * - A problem of a newer server, with a code that is unknown here: the nearest code by its status, with the fact `serverCode`.
 * - A proxy that could not reach the server (502 to 504, and Cloudflare's 520 to 524 and 530): `NETWORK_ERROR`, which can pass.
 * - A refusal of a proxy: the code that means the same as its status, with the credential's `scheme` or the bytes `received`.
 * - Any other, such as a login page: `UNEXPECTED_ANSWER`.
 *
 * All but the first have the facts `status`, `contentType`, `url` and `redirected`.
 *
 * @see RFC 9110 §15.6.3–15.6.5
 */
export function explainAnswer(answer: Answer, cause: unknown): TintypeError {
  const { status, header, url, redirected, received } = answer
  const newer = readNewerProblem(answer)
  if (newer) return newer
  const facts = { status, contentType: header('content-type'), url, redirected }
  const options = { facts, cause, retryAfterSeconds: readRetryAfter(answer) }
  const text = `A proxy refused the request with status ${status}`
  if (/^(50[2-4]|52[0-4]|530)$/.test(`${status}`))
    return new TintypeError('NETWORK_ERROR', `A proxy could not reach the server: status ${status}`, options)
  const code = codeOfStatus[status]
  if (!code)
    return new TintypeError('UNEXPECTED_ANSWER', 'The answer is not that of a Tintype server', options)
  if (code === 'UNAUTHENTICATED') {
    const challenge = header(status === 407 ? 'proxy-authenticate' : 'www-authenticate')
    const [scheme] = challenge?.match(/^[\w-]+/) ?? []
    return new TintypeError(code, text, { ...options, facts: { ...facts, ...(scheme && { scheme }) } })
  }
  if (code === 'PAYLOAD_TOO_LARGE') {
    const detail = `${text}. Raise its limit (client_max_body_size)`
    const sized = { ...facts, ...(received && { received }) }
    return new TintypeError(code, detail, { ...options, facts: sized })
  }
  return new TintypeError(code, text, options)
}

/** Seconds, at least 1, from seconds or a date; `undefined` for now. @see RFC 9110 §10.2.3 */
function readRetryAfter({ header }: Answer): number | undefined {
  const value = header('retry-after')
  const seconds = Number(value) || (Date.parse(value ?? '') - Date.now()) / 1000
  return seconds > 0 ? Math.ceil(seconds) : undefined
}

function readNewerProblem(answer: Answer): TintypeError | undefined {
  try {
    const { code, status, ...rest } = JSON.parse(answer.text)
    const nearest = nearestCodes[status] ?? (status < 500 ? 'INVALID_REQUEST' : 'INTERNAL')
    const problem = { ...rest, code: nearest, serverCode: code }
    return code && rest.requestId ? fromProblem(problem, readRetryAfter(answer)) : undefined
  } catch {
    return undefined
  }
}
