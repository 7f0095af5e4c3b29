import { leaveBody } from '../discard/lingering-close.ts'
import type { Handler } from '../state.ts'

/**
 * Closes the connection after an answer if the request's body has not arrived completely. A body that no route reads would
 * keep the connection busy until it ends (threat B067). Deletions are answered without a body, and some clients send one with
 * them: what is left of it is read and discarded.
 */
export function closeOnUnreadBody(): Handler {
  return async (ctx, next) => {
    await next()
    if (ctx.req.complete) return
    if (ctx.status === 204) ctx.respond = !leaveBody(ctx.req, ctx.res, '')
    else ctx.set('Connection', 'close')
  }
}
