import type { Caller } from '@tintype/contract'
import type { Log } from '@tintype/photos'
import type { DefaultContext, ParameterizedContext } from 'koa'

/** What the middleware above a route has found out about its request. */
export interface RequestState {
  /** Finds the request in the log; sent as `X-Request-Id`. */
  requestId: string
  /** Logs with the request id. */
  log: Log
  caller: Caller
  /** The route's pattern, for log and metrics: never the raw path. */
  route: string
}

/** A Koa context below the request scope. */
export type Context = ParameterizedContext<RequestState, DefaultContext>
