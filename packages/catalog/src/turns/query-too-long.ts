import { TintypeError } from '@tintype/contract'
import type { TurnLimits } from './turns.ts'

/** Limits of queries that may take long, the same in each driver. */
export const queryLimits = {
  places: 1,
  waitingEach: 32,
  waitingAll: 512,
  timeLimitMs: 2000,
} as const satisfies TurnLimits

/** The error of a query that was ended, because the others must get their turn. */
export function queryTooLong(limitMs: number, cause?: unknown): TintypeError {
  return new TintypeError(
    'OVERLOADED',
    `The query was ended after ${limitMs / 1000} s. Search for a longer or rarer text, or try again when the server has less to do`,
    { facts: { limitMs }, retryAfterSeconds: 2, cause },
  )
}
