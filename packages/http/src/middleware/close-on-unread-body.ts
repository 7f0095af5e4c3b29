import type { Handler } from '../state.ts'

/**
 * Closes the connection after an answer if the request's body has not arrived completely. A body that no route reads would
 * keep the connection busy until it ends (threat B067).
 */
export function closeOnUnreadBody(): Handler {
  return async (ctx, next) => {
    await next()
    if (!ctx.req.complete) ctx.set('Connection', 'close')
  }
}
