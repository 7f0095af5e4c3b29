import type { RouterMiddleware } from '@koa/router'
import type { RequestState } from '../state.ts'

/** Notes which route's pattern matched, for log and metrics. */
export function routePattern(): RouterMiddleware<RequestState> {
  return (ctx, next) => {
    // `_matchedRoute` is that of this very layer, which matches everything.
    const route = ctx.matched?.findLast(({ methods }) => methods.includes(ctx.method))
    if (route) ctx.state.route = String(route.path)
    return next()
  }
}
