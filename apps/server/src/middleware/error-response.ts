import { isTintypeError, problemMediaType, TintypeError, toProblem } from '@tintype/contract'
import type { Middleware } from 'koa'
import { leaveBody } from '../http/leave-body.ts'
import { logError } from '../log-error.ts'
import type { RequestState } from '../state.ts'

/**
 * Renders every failure below it as `application/problem+json`; nothing below formats an error. What nobody
 * foresaw is `INTERNAL`, logged once with its cause and told to nobody.
 *
 * @see RFC 9457
 */
export function errorResponse(): Middleware<RequestState> {
  return async (ctx, next) => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body == null && ctx.respond !== false) {
        throw new TintypeError('ROUTE_NOT_FOUND', 'Nothing is served under this path')
      }
    } catch (thrown) {
      const error = toKnown(thrown)
      logError(ctx.state.log, error)
      if (ctx.headerSent || !ctx.writable) return ctx.res.destroy()
      const problem = toProblem(error, ctx.state.requestId)
      ctx.status = problem.status
      ctx.remove('Content-Encoding')
      ctx.remove('ETag')
      ctx.set('Cache-Control', 'no-store')
      if (error.retryAfterSeconds) ctx.set('Retry-After', String(error.retryAfterSeconds))
      // who was too slow once would be waited for again (RFC 9110 §15.5.9)
      if (error.code === 'UPLOAD_TIMEOUT') ctx.set('Connection', 'close')
      const answer = JSON.stringify(problem)
      ctx.body = answer
      ctx.type = problemMediaType
      ctx.respond = !leaveBody(ctx.req, ctx.res, answer)
    }
  }
}

function toKnown(thrown: unknown): TintypeError {
  if (isTintypeError(thrown)) return thrown
  if (
    thrown instanceof URIError ||
    (thrown instanceof Error && 'status' in thrown && thrown.status === 400)
  ) {
    return new TintypeError('INVALID_REQUEST', 'The request line or a header cannot be read', {
      cause: thrown,
    })
  }
  return new TintypeError('INTERNAL', 'The request could not be completed', { cause: thrown })
}
