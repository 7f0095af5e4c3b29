import { pipeline, Readable } from 'node:stream'
import type { Handler } from '../state.ts'

/**
 * Sends the stream of a 200 or 206, in place of Koa, which asks of it first whether it is a `Response`: to say no, Node
 * would load all of `fetch` while every other request waits. Outermost, so that all headers are set by then. A client that
 * has left is Koa's, as is everything else.
 */
export function sendStreams(): Handler {
  return async (ctx, next) => {
    await next()
    const { body, status, method, respond, writable } = ctx
    if (!(body instanceof Readable) || ![200, 206].includes(status)) return
    if (method === 'HEAD' || respond === false || !writable) return
    ctx.respond = false
    pipeline(body, ctx.res, () => {}) // what fails destroys the answer, and Koa reports that
  }
}
