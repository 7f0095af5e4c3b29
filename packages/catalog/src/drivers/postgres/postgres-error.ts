import { isTintypeError, TintypeError, type TintypeErrorCode } from '@tintype/contract'
import { fencedState, libraryFenced } from '../../moving/library-fenced.ts'

/** Codes of Node and of pg itself have no severity; only errors of the server have one. */
interface ServerError extends Error {
  readonly code: string
  readonly severity: string
  readonly constraint?: string | undefined
}

function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'severity' in error && 'code' in error
}

/** Errors of our own code rather than of the network. */
function isDefect(error: unknown): boolean {
  return [TypeError, RangeError, SyntaxError, ReferenceError].some((kind) => error instanceof kind)
}

/** SQLSTATE of an error that the server answered with; '' for any other. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function sqlStateOf(error: unknown): string {
  return isServerError(error) ? error.code : ''
}

/** The name of the constraint that a statement violated. */
export function constraintOf(error: unknown): string | undefined {
  return isServerError(error) ? error.constraint : undefined
}

/**
 * Whether a statement that failed like this has certainly changed nothing: the server ended it, or it was never sent. A
 * connection that ended first leaves it open, also if the server said goodbye: it may do so after the commit.
 */
export function isSureFailure(error: unknown): boolean {
  return isTintypeError(error) || (isServerError(error) && !['FATAL', 'PANIC'].includes(error.severity))
}

/** Whether the transaction lost against another one, and may simply be repeated: serialization failures and deadlocks. */
export function isConflict(error: unknown): boolean {
  return ['40001', '40P01'].includes(sqlStateOf(error))
}

/** The connection must be closed: it broke, or it leads to a server that is stopping or only reads. */
export function isConnectionLost(error: unknown): boolean {
  if (isTintypeError(error) || isDefect(error)) return false
  return !isServerError(error) || !isSureFailure(error) || /^(?:08|57P0|25006)/.test(error.code)
}

/** Whether the same work may succeed on a new connection soon: the server restarts, fails over, or has no connection free. */
export function isPassing(error: unknown): boolean {
  if (isTintypeError(error)) return 'passing' in error.facts
  return isConnectionLost(error) || sqlStateOf(error) === '53300'
}

const details = {
  STORAGE_FULL: 'There is no space left for the catalog',
  CATALOG_UNAVAILABLE: 'The catalog cannot be reached, or is too busy; try again later',
  INTERNAL: 'The catalog failed',
} as const satisfies Partial<Record<TintypeErrorCode, string>>

/** Resources, operator's intervention, object states, invalid logins, absent databases, missing rights, and damage. */
const unavailable = /^(?:08|28|3D|40001|40P01|53|55|57|58|25006|42501|XX00[12])/

/** Converts an error of pg, which becomes the `cause`. A `TintypeError` is returned unchanged. */
export function toCatalogError(error: unknown): TintypeError {
  if (isTintypeError(error)) return error
  if (sqlStateOf(error) === fencedState) return libraryFenced(error)
  const code = codeOf(error)
  const retryAfterSeconds = code === 'CATALOG_UNAVAILABLE' ? 1 : undefined
  return new TintypeError(code, details[code], { cause: error, retryAfterSeconds })
}

function codeOf(error: unknown): keyof typeof details {
  if (isDefect(error)) return 'INTERNAL'
  if (!isServerError(error)) return 'CATALOG_UNAVAILABLE'
  if (error.code === '53100') return 'STORAGE_FULL'
  return unavailable.test(error.code) ? 'CATALOG_UNAVAILABLE' : 'INTERNAL'
}
