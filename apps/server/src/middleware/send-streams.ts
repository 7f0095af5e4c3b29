import { pipeline, Readable } from 'node:stream'
import type { Middleware } from 'koa'
import type { RequestState } from '../state.ts'

/**
 * Sends a body that is a stream, in place of Koa, which asks of it first whether it is a `Response`: to say no, Node would
 * load all of `fetch` while every other request waits. Outermost, so that all headers are set by then.
 */
export function sendStreams(): Middleware<RequestState> {
  return async (ctx, next) => {
    await next()
    if (!(ctx.body instanceof Readable) || ctx.method === 'HEAD') return
    ctx.respond = false
    pipeline(ctx.body, ctx.res, (error) => error && ctx.onerror(error))
  }
}
