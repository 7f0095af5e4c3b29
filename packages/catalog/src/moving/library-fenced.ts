import { TintypeError } from '@tintype/contract'

/** The message with which a trigger refuses a write while the library is moved, and afterwards. */
export const fencedMessage = 'tintype: the library is being moved'

/** The SQLSTATE with which PostgreSQL's triggers do so. */
export const fencedState = 'TT002'

/** What the server answers then. The write was not done, and succeeds on the server that has the library next. */
export function libraryFenced(cause: unknown): TintypeError {
  return new TintypeError('OVERLOADED', 'The photos are being moved to another place; try again soon', {
    cause,
    retryAfterSeconds: 2,
  })
}
