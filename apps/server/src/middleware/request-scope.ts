import { randomUUID } from 'node:crypto'
import type { Caller } from '@tintype/contract'
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
    ctx.state = openState(requestId, log)
    ctx.res.setHeader('X-Request-Id', requestId)
    ctx.res.once('close', () => {
      const durationMs = Math.round((performance.now() - startedAt) * 10) / 10
      const { method, state, res } = ctx
      // the answer that never left: the client went first (nginx's 499)
      const status = res.writableFinished || res.headersSent ? res.statusCode : 499
      const bytesIn = Number(ctx.req.headers['content-length']) || undefined
      const facts = {
        method,
        route: state.route,
        status,
        bytesIn,
        bytesOut: Number(res.getHeader('content-length')) || 0,
        durationMs,
      }
      metrics.observe(facts)
      log[status >= 500 ? 'error' : 'info']({ requestId, event: 'request', ...facts }, 'request')
    })
    await next()
  }
}

/** Who asks, until somebody is admitted. */
const nobody: Caller = Object.freeze({ may: () => false })

/** Most requests log nothing but their line, which is written here: a log of their own is made for those that do. */
function openState(requestId: string, log: Logger): RequestState {
  let own: Logger | undefined
  return {
    requestId,
    get log() {
      own ??= log.child({ requestId })
      return own
    },
    caller: nobody,
    route: 'unmatched',
  }
}
