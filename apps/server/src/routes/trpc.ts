import { type ApiContext, appRouter, toErrorShape, toTintypeError } from '@tintype/api'
import { isTintypeError, type TintypeError } from '@tintype/contract'
import type { PhotoLibrary } from '@tintype/photos'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import type { Middleware } from 'koa'
import { answerMethod } from '../http/answer-method.ts'
import { leaveBody } from '../http/leave-body.ts'
import { type JsonBodyLimits, readJsonBody } from '../http/read-json-body.ts'
import type { Context, RequestState } from '../state.ts'

/** What one tRPC request may cost. */
export interface TrpcLimits extends JsonBodyLimits {
  /** Calls in one batch (threat B291). */
  readonly maxBatchCalls: number
}

/**
 * The tRPC procedures, mounted at `/trpc`. Whatever fails, tRPC's client finds the problem in `error.data`, also
 * where the request never became a call.
 */
export function trpcRoutes(photos: PhotoLibrary, limits: TrpcLimits): Middleware<RequestState> {
  return async (ctx) => {
    ctx.state.route = `/trpc/${nameCalls(ctx.path.slice(1))}`
    ctx.set('Cache-Control', 'no-store')
    try {
      if (answerMethod(ctx, ['GET', 'HEAD', 'POST'])) return
      const response = await callProcedures(ctx, { photos, limits })
      ctx.status = response.status
      for (const [name, value] of response.headers) {
        if (name === 'vary') ctx.vary(value)
        else if (name !== 'transfer-encoding') ctx.set(name, value)
      }
      if (response.status === 405) ctx.set('Allow', ctx.method === 'POST' ? 'GET, HEAD' : 'POST')
      ctx.body = await response.text()
    } catch (error) {
      if (!isTintypeError(error)) throw error
      refuse(ctx, error)
    }
  }
}

/** @throws TintypeError where the request is refused before it becomes a call */
async function callProcedures(
  ctx: Context,
  { photos, limits }: { photos: PhotoLibrary; limits: TrpcLimits },
): Promise<Response> {
  const { requestId, caller } = ctx.state
  const body = await readCallBody(ctx, limits)
  let refusal: TintypeError | undefined
  const response = await fetchRequestHandler({
    router: appRouter,
    endpoint: '/',
    // Nothing else of the request concerns tRPC; Host least of all (threat B281).
    req: new Request(`http://localhost${ctx.path}${ctx.search}`, {
      method: body ? 'POST' : 'GET',
      headers: pick(ctx, ['accept', 'content-type', 'trpc-accept']),
      ...(body && { body }),
    }),
    maxBatchSize: limits.maxBatchCalls,
    createContext: (): ApiContext => ({ photos, caller, requestId }),
    responseMeta({ data, errors }) {
      const statuses = new Set(data.map((answer) => ('error' in answer ? answer.error.data.status : 200)))
      const [status] = statuses
      const retryAfter = errors.map((error) => toTintypeError(error).retryAfterSeconds).find(Boolean)
      return {
        ...(status && { status: statuses.size > 1 ? 207 : status }),
        ...(retryAfter && { headers: new Headers({ 'Retry-After': String(retryAfter) }) }),
      }
    },
    onError({ error, path, ctx: entered }) {
      const own = toTintypeError(error)
      // Refused before tRPC asked for a context: its own answer would not say which request it was.
      if (entered === undefined) refusal = own
      else report(ctx, own, path)
    },
  })
  if (refusal) throw refusal
  return response
}

/** @throws what `readJsonBody` throws */
async function readCallBody(ctx: Context, limits: TrpcLimits): Promise<Buffer | undefined> {
  return ctx.method === 'POST' ? readJsonBody(ctx.req, ctx.res, limits) : undefined
}

function refuse(ctx: Context, error: TintypeError) {
  report(ctx, error)
  if (!ctx.writable) return // the client went first
  const answer = JSON.stringify({ error: toErrorShape(error, ctx.state.requestId) })
  ctx.status = error.status ?? 500
  ctx.set('Content-Type', 'application/json')
  ctx.body = answer
  if (error.code === 'UPLOAD_TIMEOUT') ctx.set('Connection', 'close')
  ctx.respond = !leaveBody(ctx.req, ctx.res, answer)
}

function report(ctx: Context, error: TintypeError, procedure?: string) {
  const facts = { event: 'refused', procedure, code: error.code, detail: error.message }
  if ((error.status ?? 0) >= 500) ctx.state.log.error({ ...facts, err: error.cause }, 'failed')
  else ctx.state.log.info(facts, 'refused')
}

/** For log and metrics: as many names as there are procedures, and two more. */
function nameCalls(path: string): string {
  const names = new Set(path.split(','))
  const [name = ''] = names
  if (![...names].every((one) => Object.hasOwn(appRouter._def.procedures, one))) return '…'
  return names.size === 1 ? name : 'batch'
}

function pick(ctx: Context, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, ctx.get(name)]).filter(([, value]) => value))
}
