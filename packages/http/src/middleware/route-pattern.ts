import type { RouterMiddleware } from '@koa/router'
import type { KoaState } from '../state.ts'

/** Notes which route's pattern matched, for log and metrics. */
export function routePattern(): RouterMiddleware<KoaState> {
  return (ctx, next) => {
    // `_matchedRoute` is that of this very layer, which matches everything.
    const route = ctx.matched?.findLast(({ methods }) => methods.includes(ctx.method))
    if (route) ctx.state.tintype.route = String(route.path)
    return next()
  }
}
