import { TintypeError } from '@tintype/contract'
import type { Middleware } from 'koa'
import type { RequestState } from '../state.ts'

/** What a router leaves in the context of each route whose path matched. */
interface MatchedRoute {
  readonly path: string | RegExp
  readonly methods: readonly string[]
}

/**
 * Answers for paths that one of the routers above knows, and methods that it does not, with `Allow`; `OPTIONS`
 * asks for just that.
 *
 * @throws METHOD_NOT_ALLOWED
 * @see RFC 9110 §15.5.6
 */
export function refuseOtherMethods(): Middleware<RequestState> {
  return (ctx, next) => {
    const matched: readonly MatchedRoute[] = ctx.matched ?? []
    const routes = matched.filter(({ methods }) => methods.length > 0)
    const [route] = routes
    if (!route) return next()
    ctx.state.route = String(route.path)
    const allowed = [...new Set(routes.flatMap(({ methods }) => methods))].sort().join(', ')
    ctx.set('Allow', allowed)
    if (ctx.method !== 'OPTIONS')
      throw new TintypeError('METHOD_NOT_ALLOWED', `Expected is one of ${allowed}`)
    ctx.status = 204
  }
}
