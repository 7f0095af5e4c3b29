import { TintypeError } from '@tintype/contract'
import type { Middleware } from 'koa'
import type { RequestState } from '../state.ts'

/**
 * Refuses a request whose target has no path, or that names two hosts, of which a guard and a handler might each
 * believe another (threats B077, B080; RFC 9112 §3.2). Koa reads the path when somebody asks for it, which would
 * fail in the middle of whatever asked first.
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
    const hosts = ctx.req.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host')
    if (hosts.length > 1) throw new TintypeError('INVALID_REQUEST', 'The request has more than one Host')
    if (typeof path === 'string') return next()
    throw new TintypeError('INVALID_REQUEST', 'The target of the request cannot be read', { cause })
  }
}
