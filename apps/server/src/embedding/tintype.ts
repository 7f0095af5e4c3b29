import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LocalProcedures } from '@tintype/api'
import type { TintypeSettings } from '../config/tintype-settings.ts'

// The public types of `createTintype`. They import only what is published with them.

/** The log of an embedded Tintype, in the shape of pino's: facts, then a sentence. No method may throw. */
export interface TintypeLog {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** Settings of an embedded Tintype, and its log. */
export interface TintypeOptions extends TintypeSettings {
  /** Receives a line for each request and failure. @default nothing is logged */
  readonly log?: TintypeLog | undefined
}

/** The part of a Koa context that the middleware uses. Every Koa from 2 on has it. */
export interface KoaRequestContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly originalUrl: string
  respond?: boolean | undefined
}

/** The caller of a procedure in process. */
export interface LocalCaller {
  /**
   * `null` is the application itself, which may do everything. An owner's name limits the calls to the photos of that owner:
   * the others are `PHOTO_NOT_FOUND`, and `photos.move` is `FORBIDDEN`.
   */
  readonly owner: string | null
}

/** How an embedded Tintype ends. */
export interface CloseOptions {
  /** Milliseconds that running requests may take to end before they are aborted. @default 30_000 */
  readonly waitMs?: number | undefined
}

/** Tintype inside an application. The application owns the HTTP server, the signals and the process. */
export interface Tintype extends AsyncDisposable {
  /**
   * A middleware for Koa 2 and 3. Resolves when the answer has ended. Calls `next` for a request outside `basePath`.
   * Leaves `ctx.state` as it is.
   */
  readonly middleware: (ctx: KoaRequestContext, next: () => Promise<unknown>) => Promise<void>
  /**
   * A request listener for `node:http`, Express and Fastify. Calls `next` for a request outside `basePath`, or answers 404
   * if there is no `next`.
   */
  readonly listener: (req: IncomingMessage, res: ServerResponse, next?: () => void) => void
  /**
   * The procedures that tRPC serves, in process. They reject with a `TintypeError`. On a closed Tintype the audit log names the
   * application as `local`, and an owner as `local:{owner}`.
   *
   * @throws TintypeError `INVALID_REQUEST` unless the owner is `null`, or 1 to 200 visible ASCII characters
   */
  as(caller: LocalCaller): LocalProcedures
  /**
   * Refuses new requests with 503, waits for those that run, aborts them after `waitMs`, and closes catalog, files and
   * decoders. The data directory is free then. A second call waits for the first.
   */
  close(options?: CloseOptions): Promise<void>
}
