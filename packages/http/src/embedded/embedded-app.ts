import type { IncomingMessage, ServerResponse } from 'node:http'
import { TintypeError } from '@tintype/contract'
import { joinChunks } from '../body/join-chunks.ts'
import { answerProblem } from '../fast-path/answer-problem.ts'
import type { HttpOptions } from '../options.ts'
import { removeBasePath } from '../protocol/base-path.ts'
import { errorFormOf } from '../protocol/render-problem.ts'
import { hasBody } from '../protocol/request-body.ts'
import { createRequestListener } from '../request-listener.ts'
import { createObservers } from '../request-log.ts'
import type { Activity } from './activity.ts'

/** The part of a Koa context that the middleware uses. Every Koa from 2 on has it. */
export interface KoaRequestContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** Path and query as they were sent, also below a mount. */
  readonly originalUrl: string
  respond?: boolean | undefined
}

/** Tintype inside an application that owns the HTTP server. */
export interface EmbeddedApp {
  /**
   * A Koa middleware. Resolves when the answer has ended. Calls `next` for a request outside `basePath`. Leaves
   * `ctx.state` as it is.
   */
  readonly middleware: (ctx: KoaRequestContext, next: () => Promise<unknown>) => Promise<void>
  /**
   * A request listener, for `node:http`, Express and Fastify. Calls `next` for a request outside `basePath`, or answers
   * 404 if there is no `next`.
   */
  readonly listener: (req: IncomingMessage, res: ServerResponse, next?: () => void) => void
}

/** Creates the functions that an application mounts. They answer what `createRequestListener` answers. */
export function createEmbeddedApp(options: HttpOptions, activity: Activity): EmbeddedApp {
  const { access, basePath } = options
  const observers = createObservers(options)
  const answerRequest = createRequestListener(options, observers)

  /** @param target path and query as they were sent: the application may have removed its mount from `req.url` */
  async function answer(req: IncomingMessage, res: ServerResponse, target: string): Promise<void> {
    if (res.closed || res.destroyed) return // the client has left
    const closed = new Promise<void>((resolve) => res.once('close', resolve))
    const { url = '/' } = req
    req.url = target
    const refusal = activity.refusal() ?? refuseReadBody(req)
    if (refusal) {
      answerProblem({ req, res }, refusal, { access, observers, form: errorFormOf(target, basePath) })
      await closed
    } else {
      using _running = activity.begin(() => res.destroy())
      joinChunks(req, () => req.socket.destroy())
      answerRequest(req, res)
      await closed
    }
    req.url = url
  }

  return {
    async middleware(ctx, next) {
      const { req, res, originalUrl } = ctx
      if (!isBelow(originalUrl, basePath)) {
        await next()
        return
      }
      ctx.respond = false
      await answer(req, res, originalUrl)
    },
    listener(req, res, next) {
      const target = originalTarget(req)
      if (next && !isBelow(target, basePath)) next()
      else void answer(req, res, target)
    },
  }
}

/** Express keeps the target in `originalUrl` when it removes a mount from `url`. */
function originalTarget(req: IncomingMessage): string {
  const original = 'originalUrl' in req ? req.originalUrl : undefined
  return typeof original === 'string' ? original : (req.url ?? '/')
}

/** Whether a target, which may be a whole URL, is the base path or lies below it. */
function isBelow(target: string, basePath: string): boolean {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '')
  return basePath === '' || removeBasePath(path, basePath) !== undefined
}

/** The error for a request whose body is no longer there; without it, reading would wait for bytes that never come. */
function refuseReadBody(req: IncomingMessage): TintypeError | undefined {
  if (!hasBody(req) || !(req.readableDidRead || req.readableEnded)) return undefined
  const cause = new Error(
    `The body of this request (${req.headers['content-type'] ?? 'without a type'}) was read before Tintype received ` +
      'the request, most likely by a body parser. Mount Tintype before all body parsers, or exclude its base path ' +
      'from them.',
  )
  return new TintypeError('INTERNAL', 'The request could not be completed', { cause })
}
