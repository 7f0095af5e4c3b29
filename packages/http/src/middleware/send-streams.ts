import { pipeline, Readable } from 'node:stream'
import type { Handler } from '../state.ts'

/**
 * Sends the stream of a 200 or 206 instead of Koa. Koa first checks whether it is a `Response`, and for that Node loads all
 * of `fetch` while every other request waits. It is the outermost middleware, so that all headers are set by then. Koa
 * handles clients that have left, and all other bodies.
 */
export function sendStreams(): Handler {
  return async (ctx, next) => {
    await next()
    const { body, status, method, respond, writable } = ctx
    if (!(body instanceof Readable) || ![200, 206].includes(status)) return
    if (method === 'HEAD' || respond === false || !writable) return
    ctx.respond = false
    pipeline(body, ctx.res, () => {}) // an error destroys the answer, and Koa reports it
  }
}
