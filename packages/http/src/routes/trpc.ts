import { Readable } from 'node:stream'
import {
  type AccessUseCases,
  appRouter,
  type CallFailure,
  type CallServer,
  createCallServer,
  maxAnswerByteSize,
} from '@tintype/api'
import { openCaller, TintypeError } from '@tintype/contract'
import type { PhotoLibrary } from '@tintype/photos'
import type { Access } from '../access/access.ts'
import { type JsonBodyLimits, openJsonBody } from '../body/read-json-body.ts'
import { createCallMemory } from '../call-memory.ts'
import { cutUnread } from '../cut-unread.ts'
import { answerMethod } from '../protocol/answer-method.ts'
import { onSocketEnd } from '../protocol/on-socket-end.ts'
import { challenge } from '../protocol/render-problem.ts'
import type { ThreadShares } from '../share-thread.ts'
import type { Context, Handler } from '../state.ts'

/** Limits of one tRPC request. */
export interface TrpcLimits extends JsonBodyLimits {
  /** Calls in one batch (threat B291). */
  readonly maxBatchCalls: number
}

/** What the route needs. */
export interface TrpcOptions {
  readonly limits: TrpcLimits
  /** Aborted when the server cannot wait any longer. It ends streams. */
  readonly stopping: AbortSignal
  /** What the procedures about access call. Absent on an open server. */
  readonly accessUseCases?: AccessUseCases | undefined
  /** Identifies callers, and what they are counted under. */
  readonly access: Pick<Access, 'closed' | 'shareOf'>
  readonly thread: Pick<ThreadShares, 'turn'>
  /** The server's version. */
  readonly version: string
  /** @default the procedures of Tintype */
  readonly router?: Parameters<typeof createCallServer>[0]
}

/**
 * The tRPC procedures, mounted at `/trpc`. `errorResponse` renders errors that belong to no call, in tRPC's form.
 *
 * @throws TintypeError if the request is refused before it becomes a call
 */
export function trpcRoutes(
  photos: PhotoLibrary,
  { limits, stopping, accessUseCases, access, thread, version, router = appRouter }: TrpcOptions,
): Handler {
  const server = createCallServer(router, limits)
  const memory = createCallMemory()
  const bodyLimits = {
    ...limits,
    maxUploadDurationMs: Math.min(limits.maxUploadDurationMs, maxBodyDurationMs),
  }
  const isStillValid = access.closed?.authenticator.isStillValid
  const shared = { photos, access: accessUseCases, isStillValid, version }
  return async (ctx) => {
    const path = ctx.path.slice(1).replace(/\/$/, '') // as tRPC's servers read it
    ctx.state.tintype.route = `/trpc/${nameCalls(path, server)}`
    ctx.state.tintype.errorForm = 'trpc'
    ctx.set('Cache-Control', 'no-store')
    ctx.vary('trpc-accept, accept')
    if (answerMethod(ctx, ['GET', 'HEAD', 'POST'])) return

    const { requestId, caller } = ctx.state.tintype
    const method = ctx.method as 'GET' | 'HEAD' | 'POST'
    const held = new DisposableStack()
    const { signal, hasLeft } = abortOnLeave(ctx, { stopping, held })
    const share = access.shareOf(caller, ctx.req)
    // as the request itself, or a caller would count as two, and wait for itself
    const address = access.shareOf(openCaller, ctx.req)
    const byteSize = memoryFor(ctx, path, limits)
    const cut = () => cutUnread(ctx)
    const reserved = held.use(await memory.reserve(byteSize, { share, signal, cut }))
    const bodyOptions = { limits: bodyLimits, signal }
    const body = method === 'POST' ? openJsonBody(ctx.req, ctx.res, bodyOptions) : undefined
    const search = new URLSearchParams(ctx.querystring)
    const request = { method, path, search, headers: ctx.req.headers, body, signal }
    const answer = await server.answer(request, {
      context: { ...shared, caller, share, requestId, turn: () => thread.turn(address) },
      onFailure: (failure) => hasLeft() || reportFailure(ctx, failure), // a client that has left is no failure
    })
    if (hasLeft()) {
      ctx.respond = false // the client has left, so nothing is sent
      ctx.res.destroy()
      return
    }
    ctx.status = answer.status
    if (answer.contentType !== undefined) ctx.set('Content-Type', answer.contentType)
    if (answer.status === 401) ctx.set(challenge)
    if (answer.status === 405) ctx.set('Allow', method === 'POST' ? 'GET, HEAD' : 'POST')
    if (typeof answer.body === 'string') {
      ctx.body = answer.body
      reserved.answered(Buffer.byteLength(answer.body))
    } else {
      ctx.body = toStream(ctx, answer.body)
      reserved.answered(0) // it is read no faster than the client reads
    }
  }
}

/** Milliseconds that a JSON body may take: it is small, and is kept in memory until it is complete. */
const maxBodyDurationMs = 30_000

/** Bytes that a call may need for its answer: a page of photos, or anything else. */
const pageByteSize = 2 ** 20
const otherByteSize = 2 ** 16

/** Bytes that a request's body and answer may need together. */
function memoryFor({ req, method }: Context, path: string, { maxJsonByteSize }: JsonBodyLimits): number {
  // A name may be escaped, and so may the commas between names.
  const isPlain = !path.includes('%')
  const sizes = path.split(',').map((name) => (name === 'photos.list' ? pageByteSize : otherByteSize))
  const sum = sizes.reduce((one, other) => one + other, 0)
  const answer = isPlain ? Math.min(sum, maxAnswerByteSize) : maxAnswerByteSize
  if (method !== 'POST') return answer
  return answer + Math.min(Number(req.headers['content-length'] ?? maxJsonByteSize), maxJsonByteSize)
}

/**
 * Aborted when the server stops, and when the client leaves before it has the whole answer. Closing the client's side of the
 * connection counts as leaving: the server keeps its own side open for plain HTTP (B074), but no tRPC client half-closes.
 */
function abortOnLeave(
  { req, res }: Context,
  { stopping, held }: { readonly stopping: AbortSignal; readonly held: Disposable },
) {
  const left = new AbortController()
  const { socket } = req
  const stop = () => left.abort(stopping.reason)
  let isGone = false
  const leave = () => {
    isGone = true
    left.abort(new TintypeError('ABORTED', 'The client left before its call was complete'))
    if (res.headersSent) res.destroy() // else the server's side of its connection stays open
  }
  stopping.addEventListener('abort', stop)
  const ends = onSocketEnd(socket, leave)
  res.once('close', () => {
    stopping.removeEventListener('abort', stop)
    ends[Symbol.dispose]()
    held[Symbol.dispose]()
    if (!res.writableFinished) leave()
  })
  if (stopping.aborted) stop()
  return { signal: left.signal, hasLeft: () => isGone || res.closed || !socket.writable }
}

/** The headers make proxies forward each piece as soon as it arrives. */
function toStream(ctx: Context, body: ReadableStream<Uint8Array>): Readable {
  ctx.set('Cache-Control', 'no-store, no-transform')
  ctx.set('X-Accel-Buffering', 'no')
  return Readable.fromWeb(body)
}

function reportFailure(ctx: Context, { name, error }: CallFailure): void {
  ctx.state.tintype.logError(error, { procedure: name })
  const { retryAfterSeconds } = error
  if (retryAfterSeconds && !ctx.headerSent) ctx.set('Retry-After', String(retryAfterSeconds))
}

/** The called procedure, for log and metrics; `batch` for different ones, and `…` if one is unknown. */
function nameCalls(path: string, { procedureTypes }: CallServer): string {
  if (procedureTypes.has(path)) return path
  const names = new Set(path.split(','))
  if (![...names].every((one) => procedureTypes.has(one))) return '…'
  return names.size === 1 ? ([...names][0] ?? '') : 'batch'
}
