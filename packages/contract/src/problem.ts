import { type ErrorCode, type ErrorFacts, errorTable, isErrorCode, TintypeError } from './errors.ts'

/** Media type of every error body. @see RFC 9457 */
export const problemMediaType = 'application/problem+json'

/** An error as it crosses the wire, over plain HTTP and inside tRPC's `error.data`. @see RFC 9457 §3.1 */
export interface Problem {
  /** URN made from the code; identifies the kind of problem. */
  readonly type: string
  readonly title: string
  readonly status: number
  /** What was expected and what arrived, this time. */
  readonly detail: string
  readonly code: ErrorCode
  readonly requestId: string
  /** Facts of this occurrence, such as `limit` and `received`. */
  readonly [fact: string]: ErrorFacts[string]
}

/** Renders an error for the wire. A code that never crosses it becomes `INTERNAL`. */
export function toProblem(error: TintypeError, requestId: string): Problem {
  const code = isErrorCode(error.code) ? error.code : 'INTERNAL'
  const { status, title } = errorTable[code]
  const type = `urn:tintype:problem:${code.toLowerCase().replaceAll('_', '-')}`
  return { ...error.facts, type, title, status, detail: error.message, code, requestId }
}

/** Reads a problem back into the error it was made from; `undefined` where `value` is none. */
export function fromProblem(value: unknown, retryAfterSeconds?: number): TintypeError | undefined {
  if (typeof value !== 'object' || value === null || !('code' in value) || !isErrorCode(value.code))
    return undefined
  const { type: _type, title, status: _status, detail, code: _code, requestId, ...facts } = value as Problem
  return new TintypeError(value.code, detail ?? title, { facts, requestId, retryAfterSeconds })
}
