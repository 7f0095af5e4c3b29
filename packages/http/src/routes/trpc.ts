import {
  answerCalls,
  type CallAnswer,
  procedureTypes,
  streamCalls,
  streamMediaType,
  toErrorShape,
} from '@tintype/api'
import { isTintypeError, type TintypeError } from '@tintype/contract'
import type { PhotoLibrary } from '@tintype/photos'
import { type JsonBodyLimits, readJsonBody } from '../body/read-json-body.ts'
import { answerMethod } from '../protocol/answer-method.ts'
import { leaveBody } from '../protocol/lingering-close.ts'
import type { Context, Handler } from '../state.ts'

/** What one tRPC request may cost. */
export interface TrpcLimits extends JsonBodyLimits {
  /** Calls in one batch (threat B291). */
  readonly maxBatchCalls: number
}

/**
 * The tRPC procedures, mounted at `/trpc`. Whatever fails, tRPC's client finds the problem in `error.data`, also
 * where the request never became a call.
 */
export function trpcRoutes(photos: PhotoLibrary, limits: TrpcLimits): Handler {
  return async (ctx) => {
    ctx.state.tintype.route = `/trpc/${nameCalls(ctx.path.slice(1))}`
    ctx.set('Cache-Control', 'no-store')
    ctx.vary('trpc-accept, accept')
    try {
      if (answerMethod(ctx, ['GET', 'HEAD', 'POST'])) return
      const { status, contentType, body, failures } = await callProcedures(ctx, { photos, limits })
      ctx.status = status
      ctx.set('Content-Type', contentType)
      for (const { name, error } of failures) ctx.state.tintype.logError(error, { procedure: name })
      const retryAfter = failures.find(({ error }) => error.retryAfterSeconds)?.error.retryAfterSeconds
      if (retryAfter) ctx.set('Retry-After', String(retryAfter))
      if (status === 405) ctx.set('Allow', ctx.method === 'POST' ? 'GET, HEAD' : 'POST')
      ctx.body = body
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
): Promise<CallAnswer> {
  const { requestId, caller } = ctx.state.tintype
  const body = await readCallBody(ctx, limits)
  const request = {
    method: body === undefined ? 'GET' : 'POST',
    path: ctx.path.slice(1),
    search: new URLSearchParams(ctx.querystring),
    body,
  } as const
  const options = { context: { photos, caller, requestId }, maxBatchCalls: limits.maxBatchCalls }
  return isStreamWanted(ctx) ? streamCalls(request, options) : answerCalls(request, options)
}

/** By either header, as in tRPC's own handler. */
function isStreamWanted(ctx: Context): boolean {
  const { 'trpc-accept': wanted, accept = '' } = ctx.req.headers
  if (wanted !== undefined) return wanted === streamMediaType
  return accept.split(',').some((type) => type.trim() === streamMediaType)
}

/** Bytes are UTF-8 whatever they say, and may begin with a mark that says so. */
const utf8 = new TextDecoder()

/** The body of a POST. @throws what `readJsonBody` throws */
async function readCallBody(ctx: Context, limits: TrpcLimits): Promise<string | undefined> {
  return ctx.method === 'POST' ? utf8.decode(await readJsonBody(ctx.req, ctx.res, limits)) : undefined
}

function refuse(ctx: Context, error: TintypeError) {
  ctx.state.tintype.logError(error)
  if (!ctx.writable) return // the client went first
  const answer = JSON.stringify({ error: toErrorShape(error, ctx.state.tintype.requestId) })
  ctx.status = error.status ?? 500
  ctx.set('Content-Type', 'application/json')
  ctx.body = answer
  if (error.code === 'UPLOAD_TIMEOUT') ctx.set('Connection', 'close')
  ctx.respond = !leaveBody(ctx.req, ctx.res, answer)
}

/** For log and metrics: as many names as there are procedures, and two more. */
function nameCalls(path: string): string {
  if (procedureTypes.has(path)) return path
  const names = new Set(path.split(','))
  if (![...names].every((one) => procedureTypes.has(one))) return '…'
  return names.size === 1 ? ([...names][0] ?? '') : 'batch'
}
