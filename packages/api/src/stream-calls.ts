import type { TintypeError } from '@tintype/contract'
import { type AnyTRPCRouter, getTRPCErrorFromUnknown } from '@trpc/server'
import { assertSimple } from './assert-simple.ts'
import type { CallAnswer, CallRequest } from './call-request.ts'
import type { AnswerOptions } from './call-server.ts'
import { decodeText, readBytes } from './read-bytes.ts'
import { sharedStatus } from './shared-status.ts'
import { toTintypeError } from './to-tintype-error.ts'

/** The options of tRPC's lane. */
export interface StreamCallsOptions extends AnswerOptions {
  readonly router: AnyTRPCRouter
  readonly maxBatchCalls: number
}

/**
 * The lane for everything that is not plain JSON: tRPC's own handler, with the body and the answer as streams and the
 * request's signal. It is loaded with the first such request.
 *
 * @throws INVALID_REQUEST or another refusal if the request is not a valid call; nothing was called then
 */
export async function streamCalls(request: CallRequest, options: StreamCallsOptions): Promise<CallAnswer> {
  const { router, maxBatchCalls, context, onFailure } = options
  assertSimple(request.search.get('input') ?? '')
  const { resolveResponse } = await import('@trpc/server/http')
  let refusal: TintypeError | undefined
  const refuse = (error: unknown) => {
    refusal = toTintypeError(getTRPCErrorFromUnknown(error))
  }
  const response = await resolveResponse({
    router,
    path: request.path,
    req: toWebRequest(request),
    error: null,
    maxBatchSize: maxBatchCalls,
    createContext: async () => ({ ...context, onRefused: refuse }),
    // tRPC finds the status of an error in `data.httpStatus` only, which a problem calls `status`.
    responseMeta: ({ data }) => ({ status: sharedStatus(data) }),
    onError({ error, path: name = '', ctx: entered }) {
      const converted = toTintypeError(error)
      // Refused before tRPC created the context: tRPC's own answer would lack the request id.
      if (entered === undefined) refusal = converted
      else onFailure({ name, error: converted })
    },
  })
  if (refusal) {
    await response.body?.cancel()
    throw refusal
  }
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? undefined,
    body: response.body ?? '',
  }
}

/** Passes only what tRPC needs. The Host is not part of it (threat B281). */
function toWebRequest({ method, path, search, headers, body, signal }: CallRequest): Request {
  const init: RequestInit & { duplex: 'half' } = {
    method,
    signal,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    ),
    ...(method === 'POST' && body !== undefined && { body: toWebStream(checked(body)) }),
    duplex: 'half',
  }
  return new Request(`http://localhost/${path}?${search}`, init)
}

/** The body in one piece, read when its first byte is read. @throws INVALID_REQUEST, and what the body throws */
async function* checked(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bytes = await readBytes(body)
  assertSimple(decodeText(bytes))
  yield bytes
}

/**
 * Reads the body only when the stream is read. `ReadableStream.from` would do the same, but the SDK's build reads this file with
 * the types of browsers, which lack it.
 */
function toWebStream(body: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]()
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
