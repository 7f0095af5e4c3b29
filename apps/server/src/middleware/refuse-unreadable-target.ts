import { TintypeError } from '@tintype/contract'
import type { Middleware } from 'koa'
import type { RequestState } from '../state.ts'

/**
 * Refuses a request whose target has no path. Koa reads it when somebody asks for it, which would fail in the
 * middle of whatever asked first (threat B080).
 *
 * @throws INVALID_REQUEST
 */
export function refuseUnreadableTarget(): Middleware<RequestState> {
  return (ctx, next) => {
    let path: unknown
    let cause: unknown
    try {
      path = ctx.path
    } catch (error) {
      cause = error
    }
    if (typeof path === 'string') return next()
    throw new TintypeError('INVALID_REQUEST', 'The target of the request cannot be read', { cause })
  }
}
