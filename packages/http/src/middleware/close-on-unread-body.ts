import type { Handler } from '../state.ts'

/**
 * Closes the connection behind an answer that was given without its request's body having arrived: a body that
 * no route asked for would hold the connection for as long as it does not end (threat B067).
 */
export function closeOnUnreadBody(): Handler {
  return async (ctx, next) => {
    await next()
    if (!ctx.req.complete) ctx.set('Connection', 'close')
  }
}
