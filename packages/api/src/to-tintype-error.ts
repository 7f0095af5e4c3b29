import { type ErrorCode, isTintypeError, TintypeError } from '@tintype/contract'
import { type InputIssue, invalidInput } from '@tintype/contract/schemas'
import type { TRPCError } from '@trpc/server'

/** The code of the error table for each code of tRPC's own refusals. */
const codeOfTrpc: Partial<Record<TRPCError['code'], ErrorCode>> = {
  PARSE_ERROR: 'INVALID_REQUEST',
  BAD_REQUEST: 'INVALID_REQUEST',
  NOT_FOUND: 'ROUTE_NOT_FOUND',
  METHOD_NOT_SUPPORTED: 'METHOD_NOT_ALLOWED',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  UNSUPPORTED_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
}

/**
 * Converts an error of tRPC: to the `TintypeError` that a use-case threw, or to the nearest code if tRPC refused the call.
 * Anything unknown becomes `INTERNAL`, with a message that reveals nothing.
 */
export function toTintypeError(error: TRPCError): TintypeError {
  if (isTintypeError(error.cause)) return error.cause
  if (hasIssues(error.cause)) return invalidInput(error.cause.issues)
  if (error.cause instanceof SyntaxError) {
    return new TintypeError('INVALID_REQUEST', `The input is not valid JSON: ${error.cause.message}`, {
      cause: error,
    })
  }
  const code = codeOfTrpc[error.code]
  if (code === undefined)
    return new TintypeError('INTERNAL', 'The request could not be completed', { cause: error })
  return new TintypeError(code, error.message, { cause: error })
}

function hasIssues(cause: unknown): cause is Error & { issues: InputIssue[] } {
  return cause instanceof Error && 'issues' in cause && Array.isArray(cause.issues)
}
