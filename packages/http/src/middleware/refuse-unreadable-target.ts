import { TintypeError } from '@tintype/contract'
import { hasManyHosts } from '../protocol/host.ts'
import type { Handler } from '../state.ts'

/**
 * Refuses a request with two hosts, without a path, or with a path that is not UTF-8 once it is unescaped. Two handlers
 * might read such a request differently (threats B076, B077, B080; RFC 9112 §3.2). Koa reads the path lazily, so it would
 * fail in the first handler that uses it.
 *
 * @throws INVALID_REQUEST
 */
export function refuseUnreadableTarget(): Handler {
  return (ctx, next) => {
    if (hasManyHosts(ctx.req)) throw new TintypeError('INVALID_REQUEST', 'The request has more than one Host')
    // Koa would drop what follows, and a signed URL would have many forms (threat B215; RFC 9112 §3.2).
    if (ctx.req.url?.includes('#'))
      throw new TintypeError(
        'INVALID_REQUEST',
        'The target of the request has a fragment. Send the URL without it',
      )
    if (!hasReadablePath(ctx))
      throw new TintypeError(
        'INVALID_REQUEST',
        'The path of the request is malformed. Expected UTF-8 with valid percent escapes',
      )
    return next()
  }
}

function hasReadablePath(ctx: { readonly path: unknown }): boolean {
  try {
    const { path } = ctx
    // The result is used: the bundler would remove a call without a used result, even though it can throw.
    return typeof path === 'string' && decodeURIComponent(path).startsWith('/') && path.startsWith('/')
  } catch {
    return false
  }
}
