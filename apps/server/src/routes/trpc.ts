import { type ApiContext, appRouter, toTintypeError } from '@tintype/api'
import type { PhotoLibrary } from '@tintype/photos'
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http'
import type { Middleware } from 'koa'
import { sendContinue } from '../http/expect-continue.ts'
import type { RequestState } from '../state.ts'

const maxBodyByteSize = 256 * 1024
/** Calls in one batch (threat B291). */
const maxBatchSize = 20

/** The tRPC procedures, mounted at `/trpc`. */
export function trpcRoutes(photos: PhotoLibrary): Middleware<RequestState> {
  return async (ctx) => {
    const { requestId, caller, log } = ctx.state
    const path = ctx.path.slice(1)
    ctx.state.route = `/trpc/${path.split(',').every((name) => name in appRouter._def.procedures) ? path.split(',').slice(0, 3) : '…'}`
    sendContinue(ctx.req, ctx.res)
    ctx.respond = false // tRPC writes the answer itself
    ctx.res.statusCode = 200 // Koa's 404 would be taken for a decision
    await nodeHTTPRequestHandler({
      router: appRouter,
      req: ctx.req,
      res: ctx.res,
      path,
      maxBodySize: maxBodyByteSize,
      maxBatchSize,
      createContext: (): ApiContext => ({ photos, caller, requestId }),
      responseMeta({ errors }) {
        const headers = new Headers({ 'Cache-Control': 'no-store' })
        const retryAfter = errors.map((error) => toTintypeError(error).retryAfterSeconds).find(Boolean)
        if (retryAfter) headers.set('Retry-After', String(retryAfter))
        const [only] = errors
        const status = errors.length === 1 && !path.includes(',') && only ? toTintypeError(only).status : undefined
        return status === undefined ? { headers } : { headers, status }
      },
      onError({ error, path: procedure }) {
        const own = toTintypeError(error)
        const facts = { event: 'refused', procedure, code: own.code, detail: own.message }
        if ((own.status ?? 0) >= 500) log.error({ ...facts, err: own.cause }, 'failed')
        else log.info(facts, 'refused')
      },
    })
  }
}
