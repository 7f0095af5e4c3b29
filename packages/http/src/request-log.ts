import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestLogger, RequestMetrics } from './options.ts'

/** One answered request. */
export interface Observation {
  readonly method: string
  /** The route's pattern. */
  readonly route: string
  readonly status: number
  readonly bytesIn?: number | undefined
  readonly bytesOut: number
  readonly durationMs: number
}

/** Where requests leave their traces. */
export interface Observers {
  readonly log: RequestLogger
  readonly metrics: Pick<RequestMetrics, 'observe'>
}

/** A request under observation. What is not known when it begins is filled in on its way. */
export interface ObservedRequest {
  /** Finds the request in the log; sent as `X-Request-Id`. */
  readonly requestId: string
  /** The route's pattern, for log and metrics: never the raw path. */
  route: string
  /** Bytes of the answer's body; absent where its `Content-Length` tells. */
  bytesOut?: number
}

/** Gives a request its id, and writes one line and one observation when its answer has ended. No file name is in them. */
export function observeRequest(
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  { log, metrics }: Observers,
): ObservedRequest {
  const startedAt = performance.now()
  const method = req.method ?? ''
  const observed: ObservedRequest = { requestId: randomUUID(), route: 'unmatched' }
  res.once('close', () => {
    const durationMs = Math.round((performance.now() - startedAt) * 10) / 10
    // the answer that never left: the client went first (nginx's 499)
    const status = res.writableFinished || res.headersSent ? res.statusCode : 499
    const { requestId, route, bytesOut = Number(res.getHeader('content-length')) || 0 } = observed
    const bytesIn = Number(req.headers['content-length']) || undefined
    const facts = { method, route, status, bytesIn, bytesOut, durationMs }
    metrics.observe(facts)
    log[status >= 500 ? 'error' : 'info']({ requestId, event: 'request', ...facts }, 'request')
  })
  return observed
}
