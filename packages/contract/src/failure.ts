import { type ErrorFacts, isTintypeError, TintypeError, type TintypeErrorCode } from './errors.ts'

/** A `TintypeError` as plain data, which can be sent to another process or thread. */
export interface Failure {
  readonly code: TintypeErrorCode
  readonly message: string
  readonly facts: ErrorFacts
  readonly retryAfterSeconds?: number | undefined
  /** The native error as text. */
  readonly cause?: string | undefined
}

/**
 * Converts an error so that it can be sent. An error that is not a `TintypeError` becomes INTERNAL, with its text as cause.
 *
 * @param message message of an error that is not a `TintypeError`
 */
export function toFailure(error: unknown, message: string): Failure {
  if (!isTintypeError(error)) return { code: 'INTERNAL', message, facts: {}, cause: textOf(error) }
  const { code, facts, retryAfterSeconds, cause } = error
  const text = cause === undefined ? undefined : textOf(cause)
  return { code, message: error.message, facts, retryAfterSeconds, cause: text }
}

/** Converts a failure back into its error. The cause is an `Error` with the text and stack of the process that threw it. */
export function fromFailure({ code, message, facts, retryAfterSeconds, cause }: Failure): TintypeError {
  return new TintypeError(code, message, { facts, retryAfterSeconds, cause: cause && toCause(cause) })
}

/** Makes an `Error` from text, because a log shows no text as a cause. Its stack is the text: the place of this call would mislead. */
export function toCause(text: string): Error {
  const cause = new Error(text.split('\n', 1)[0])
  cause.stack = text
  return cause
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
