import type { Middleware } from 'koa'
import { answerMethod } from '../protocol/answer-method.ts'
import type { KoaState } from '../state.ts'

/** What a router leaves in the context of each route whose path matched. */
interface MatchedRoute {
  readonly path: string | RegExp
  readonly methods: readonly string[]
}

/** Answers for paths that one of the routers above knows, and methods that it does not. @see answerMethod */
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
