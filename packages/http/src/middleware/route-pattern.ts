import type { RouterMiddleware } from '@koa/router'
import type { KoaState } from '../state.ts'

/** Stores the pattern of the matched route, for log and metrics. */
export function routePattern(): RouterMiddleware<KoaState> {
  return (ctx, next) => {
    // `_matchedRoute` is the pattern of this layer, which matches every path.
    const route = ctx.matched?.findLast(({ methods }) => methods.includes(ctx.method))
    if (route) ctx.state.tintype.route = String(route.path)
    return next()
  }
}
