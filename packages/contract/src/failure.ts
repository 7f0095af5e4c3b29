import { type ErrorFacts, isTintypeError, TintypeError, type TintypeErrorCode } from './errors.ts'

/** A `TintypeError` on its way to another process or thread: plain data, which can be structured-cloned. */
export interface Failure {
  readonly code: TintypeErrorCode
  readonly message: string
  readonly facts: ErrorFacts
  readonly retryAfterSeconds?: number | undefined
  /** The native error as text. */
  readonly cause?: string | undefined
}

/**
 * Prepares an error for the way. One that is not ours becomes INTERNAL, and its text the cause.
 *
 * @param message what is said of an error that is not ours
 */
export function toFailure(error: unknown, message: string): Failure {
  if (!isTintypeError(error)) return { code: 'INTERNAL', message, facts: {}, cause: textOf(error) }
  const { code, facts, retryAfterSeconds, cause } = error
  const text = cause === undefined ? undefined : textOf(cause)
  return { code, message: error.message, facts, retryAfterSeconds, cause: text }
}

/** The error that was sent. Its cause is an `Error` with the text and stack that it had where it was thrown. */
export function fromFailure({ code, message, facts, retryAfterSeconds, cause }: Failure): TintypeError {
  return new TintypeError(code, message, { facts, retryAfterSeconds, cause: cause && toCause(cause) })
}

/** An `Error`, which a log shows where it shows no text, without a stack that would lead astray. */
export function toCause(text: string): Error {
  const cause = new Error(text.split('\n', 1)[0])
  cause.stack = text
  return cause
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
