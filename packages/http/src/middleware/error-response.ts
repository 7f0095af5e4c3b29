import { isTintypeError, TintypeError } from '@tintype/contract'
import { leaveBody } from '../discard/lingering-close.ts'
import { errorFormOf, renderProblem } from '../protocol/render-problem.ts'
import { setHeaders } from '../protocol/set-headers.ts'
import type { Handler } from '../state.ts'

/**
 * Renders every error of the middleware below as `application/problem+json`, and below `/trpc` for tRPC's clients too. No
 * other middleware formats errors. An unknown error is `INTERNAL`: logged once with its cause, which is never sent.
 *
 * @param basePath as `HttpOptions.basePath`
 * @see RFC 9457
 */
export function errorResponse(basePath = ''): Handler {
  return async (ctx, next) => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body == null && ctx.respond !== false) {
        throw new TintypeError('ROUTE_NOT_FOUND', 'There is no route with this path')
      }
    } catch (thrown) {
      const error = toKnown(thrown)
      const isGone = ctx.res.closed || !ctx.writable
      // a client that has left is not a failure; its request is logged with 499
      if (!(isGone && error.code === 'ABORTED')) ctx.state.tintype.logError(error)
      if (isGone || ctx.headerSent) return ctx.res.destroy()
      const { status, fields, body } = renderProblem(error, ctx.state.tintype.requestId, {
        form: ctx.state.tintype.errorForm ?? errorFormOf(ctx.originalUrl, basePath),
      })
      ctx.status = status
      ctx.remove('Content-Encoding')
      ctx.remove('ETag')
      ctx.body = body
      setHeaders(ctx.res, fields)
      ctx.respond = !leaveBody(ctx.req, ctx.res, body)
    }
  }
}

function toKnown(thrown: unknown): TintypeError {
  if (isTintypeError(thrown)) return thrown
  if (
    thrown instanceof URIError ||
    (thrown instanceof Error && 'status' in thrown && thrown.status === 400)
  ) {
    return new TintypeError('INVALID_REQUEST', 'The request line or a header is malformed', {
      cause: thrown,
    })
  }
  return new TintypeError(
    'INTERNAL',
    'The server failed to answer the request; its log has the reason under the request id',
    { cause: thrown },
  )
}
