import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Access } from './access/access.ts'
import { createErrorLog, type ErrorLog } from './error-log.ts'
import type { RequestLogger, RequestMetrics } from './options.ts'
import { requestIdOf } from './protocol/request-id.ts'

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

/** The line of the log about a request, at info. */
export interface RequestLine extends Observation {
  readonly requestId: string
  readonly event: 'request'
  /** The client's address. */
  readonly client: string
}

/** The log and metrics of one server. */
export interface Observers {
  readonly log: RequestLogger
  readonly metrics: Pick<RequestMetrics, 'observe'>
  readonly logError: ErrorLog
  /** The client's address, also behind trusted proxies. */
  readonly addressOf: Access['addressOf']
}

/** What observers are made of. */
export interface ObserversOptions {
  readonly log: RequestLogger
  readonly metrics: Pick<RequestMetrics, 'observe' | 'countError'>
  readonly access: Pick<Access, 'addressOf'>
}

/** Creates the observers that the app and the fast path of one server share. */
export function createObservers({ log, metrics, access }: ObserversOptions): Observers {
  const write = createErrorLog(log)
  const logError: ErrorLog = (error, place) => {
    metrics.countError(error.code)
    write(error, place)
  }
  return { log, metrics, logError, addressOf: access.addressOf }
}

/** A request that is observed. Members that are not known at first are set later. */
export interface ObservedRequest {
  /** Finds the request in the log; sent as `X-Request-Id`. @see requestIdOf */
  readonly requestId: string
  /** The client's address. */
  readonly client: string
  /** The route's pattern, for log and metrics: never the raw path. */
  route: string
  /** Bytes of the answer's body; absent if it has a `Content-Length`. */
  bytesOut?: number
  /** Disposed when the answer has ended. */
  held?: Disposable | undefined
}

/**
 * Gives a request its id. When its answer has ended, writes one line at info and one observation, without file names.
 * Failures have their own line. @see createErrorLog
 */
export function observeRequest(
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  { log, metrics, addressOf }: Pick<Observers, 'log' | 'metrics' | 'addressOf'>,
): ObservedRequest {
  const startedAt = performance.now()
  const method = req.method ?? ''
  const observed: ObservedRequest = {
    requestId: requestIdOf(req),
    client: addressOf(req), // while the connection has it
    route: 'unmatched',
  }
  // `on`, because it is emitted once only, and `once` makes a function and an object for every request
  res.on('close', () => {
    observed.held?.[Symbol.dispose]()
    const durationMs = Math.round((performance.now() - startedAt) * 10) / 10
    // 499, as in nginx: the client left before the answer began
    const status = res.writableFinished || res.headersSent ? res.statusCode : 499
    const { requestId, client, route, bytesOut = Number(res.getHeader('content-length')) || 0 } = observed
    const bytesIn = Number(req.headers['content-length']) || undefined
    const line: RequestLine = {
      requestId,
      event: 'request',
      client,
      method,
      route,
      status,
      bytesIn,
      bytesOut,
      durationMs,
    }
    metrics.observe(line)
    log.info(line, 'request')
  })
  return observed
}
