import type { Middleware } from 'koa'
import { answerMethod } from '../protocol/answer-method.ts'
import type { KoaState } from '../state.ts'

/** What a router writes into the context for each route with a matching path. */
interface MatchedRoute {
  readonly path: string | RegExp
  readonly methods: readonly string[]
}

/** Answers requests for a path of the routers above with a method that the path does not have. @see answerMethod */
export function refuseOtherMethods(): Middleware<KoaState> {
  return async (ctx, next) => {
    const matched: readonly MatchedRoute[] = ctx.matched ?? []
    const routes = matched.filter(({ methods }) => methods.length > 0)
    const [route] = routes
    if (!route) return next()
    ctx.state.tintype.route = String(route.path)
    answerMethod(ctx, [...new Set(routes.flatMap(({ methods }) => methods))].sort())
  }
}
