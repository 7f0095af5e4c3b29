import { randomUUID } from 'node:crypto'
import type { Middleware } from 'koa'
import type { Logger } from 'pino'
import type { Metrics } from '../metrics.ts'
import type { RequestState } from '../state.ts'

/**
 * Gives every request an id, and writes one line and one observation when its answer has ended: the route's
 * pattern, never the raw path, and no file name.
 */
export function requestScope(log: Logger, metrics: Metrics): Middleware<RequestState> {
  return async (ctx, next) => {
    const startedAt = performance.now()
    const requestId = randomUUID()
    ctx.state.requestId = requestId
    ctx.state.log = log.child({ requestId })
    ctx.state.route = 'unmatched'
    ctx.set('X-Request-Id', requestId)
    ctx.res.once('close', () => {
      const durationMs = Math.round((performance.now() - startedAt) * 10) / 10
      const { method, state, res } = ctx
      // the answer that never left: the client went first (nginx's 499)
      const status = res.writableFinished || res.headersSent ? res.statusCode : 499
      const bytesIn = Number(ctx.get('content-length')) || undefined
      const facts = {
        method,
        route: state.route,
        status,
        bytesIn,
        bytesOut: Number(res.getHeader('content-length')) || 0,
        durationMs,
      }
      metrics.observe(facts)
      ctx.state.log[status >= 500 ? 'error' : 'info']({ event: 'request', ...facts }, 'request')
    })
    await next()
  }
}
