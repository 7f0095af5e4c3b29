import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Caller, TintypeError } from '@tintype/contract'
import type { DefaultContext, ParameterizedContext } from 'koa'
import type { ErrorPlace } from './error-log.ts'
import type { ErrorForm } from './protocol/render-problem.ts'

/** What the middleware above a route knows about the request. */
export interface RequestState {
  /** Finds the request in the log; sent as `X-Request-Id`. */
  readonly requestId: string
  /** Logs a failure with the request's id. @see createErrorLog */
  logError(error: TintypeError, place?: ErrorPlace): void
  /** Has no rights until `identifyCaller` has run. */
  caller: Caller
  /** The route's pattern, for log and metrics: never the raw path. */
  route: string
  /** The form of the route's errors; if absent, the target decides it. @see errorFormOf */
  errorForm?: ErrorForm
}

/** Tintype's own key in Koa's `ctx.state`. */
export interface KoaState {
  tintype: RequestState
}

/** Koa's own context, for libraries that require it. Ours is `Context`, which has no untyped members. */
export type KoaContext = ParameterizedContext<KoaState, DefaultContext>

/** The part of a Koa context that routes and middleware use. */
export interface Context {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly state: KoaState
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** Below the mount; still escaped. */
  path: string
  /** Path and query, below the mount. */
  url: string
  /** Path and query as they were sent. */
  readonly originalUrl: string
  readonly querystring: string
  /** `length` is the declared size of the body. */
  readonly request: { readonly length?: number | undefined }

  status: number
  body: unknown
  type: string
  /** Whether Koa sends the answer; `false` once a handler sends it itself. */
  respond?: boolean | undefined
  readonly headerSent: boolean
  readonly writable: boolean
  set(name: string, value: string): void
  set(fields: Readonly<Record<string, string>>): void
  remove(name: string): void
  vary(fields: string): void
}

/** A Koa middleware. */
export type Handler = (ctx: Context, next: () => Promise<unknown>) => unknown
