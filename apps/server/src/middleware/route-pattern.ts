import type { RouterMiddleware } from '@koa/router'
import type { RequestState } from '../state.ts'

/** Notes which route's pattern matched, for log and metrics. */
export function routePattern(): RouterMiddleware<RequestState> {
  return (ctx, next) => {
    ctx.state.route = String(ctx._matchedRoute ?? ctx.state.route)
    return next()
  }
}
