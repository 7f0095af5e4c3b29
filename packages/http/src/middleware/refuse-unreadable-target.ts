import { TintypeError } from '@tintype/contract'
import { hasManyHosts } from '../protocol/host.ts'
import type { Handler } from '../state.ts'

/**
 * Refuses a request whose target has no path or one that is not UTF-8 behind its escapes, or that names two hosts:
 * a guard and a handler might each believe something else (threats B076, B077, B080; RFC 9112 §3.2). Koa reads the
 * path when somebody asks for it, which would fail in the middle of whatever asked first.
 *
 * @throws INVALID_REQUEST
 */
export function refuseUnreadableTarget(): Handler {
  return (ctx, next) => {
    if (hasManyHosts(ctx.req)) throw new TintypeError('INVALID_REQUEST', 'The request has more than one Host')
    if (!hasReadablePath(ctx))
      throw new TintypeError('INVALID_REQUEST', 'The target of the request cannot be read')
    return next()
  }
}

function hasReadablePath(ctx: { readonly path: unknown }): boolean {
  try {
    const { path } = ctx
    if (typeof path !== 'string' || !path.startsWith('/')) return false
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
