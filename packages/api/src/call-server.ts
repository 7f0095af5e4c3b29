import type { AnyTRPCRouter } from '@trpc/server'
import { answerCalls } from './answer-calls.ts'
import { type CallAnswer, type CallFailure, type CallRequest, readCallNames } from './call-request.ts'
import type { ApiContext } from './context.ts'
import { listProcedures, type ProcedureTypes } from './procedure-types.ts'
import { streamCalls } from './stream-calls.ts'

/** Answers requests with the procedures of one router. */
export interface CallServer {
  readonly procedureTypes: ProcedureTypes
  /**
   * Resolves as soon as status and headers are known; a stream may go on for hours.
   *
   * @throws INVALID_REQUEST or another refusal if the request is not a valid call; nothing was called then
   */
  answer(request: CallRequest, options: AnswerOptions): Promise<CallAnswer>
}

/** The context of one request, and the listener of its failures. */
export interface AnswerOptions {
  readonly context: ApiContext
  /** Called once for each call that fails, also while a stream is being read. */
  readonly onFailure: (failure: CallFailure) => void
}

/**
 * Makes a server with two lanes. The fast lane answers queries and mutations in JSON, which are nearly all requests,
 * for a fraction of the CPU time. tRPC's own handler answers everything else: streamed batches, subscriptions and what
 * tRPC adds later. Both give the same answer to the same call.
 *
 * @param options.maxBatchCalls calls that one request may make
 * @see docs/adr/0018-trpc-with-two-lanes.md
 */
export function createCallServer(
  router: AnyTRPCRouter,
  { maxBatchCalls }: { readonly maxBatchCalls: number },
): CallServer {
  const procedureTypes = listProcedures(router)
  return {
    procedureTypes,
    async answer(request, options) {
      const calls = readCallNames(request, maxBatchCalls)
      const isSubscription = calls.names.some((name) => procedureTypes.get(name) === 'subscription')
      return isSubscription || isForTrpc(request)
        ? streamCalls(request, { ...options, router, maxBatchCalls })
        : answerCalls(request, { ...options, ...calls, router, procedureTypes })
    },
  }
}

/** How `httpBatchStreamLink` names the type that it expects. */
const streamMediaType = 'application/jsonl'

/** Whether something in the request, besides its calls, has a meaning that only tRPC's handler knows. */
function isForTrpc({ method, search, headers }: CallRequest): boolean {
  const { accept, 'content-type': type, 'trpc-accept': trpcAccept } = headers
  if (search.has('connectionParams')) return true
  if (
    method !== 'POST' &&
    /^\s*(?:multipart\/form-data|application\/octet-stream)\s*(?:;|$)/i.test(type ?? '')
  )
    return true
  if (trpcAccept !== undefined) return trpcAccept === streamMediaType
  return accept?.split(',').some((one) => one.trim() === streamMediaType) ?? false
}
