import { TintypeError } from '@tintype/contract'
import { type AnyTRPCRouter, callTRPCProcedure, getTRPCErrorFromUnknown } from '@trpc/server'
import { assertSimple } from './assert-simple.ts'
import type { CallAnswer, CallNames, CallRequest } from './call-request.ts'
import type { AnswerOptions } from './call-server.ts'
import type { ProcedureTypes } from './procedure-types.ts'
import { decodeText, readBytes } from './read-bytes.ts'
import { sharedStatus } from './shared-status.ts'
import { type ApiErrorShape, toErrorShape } from './to-error-shape.ts'
import { toTintypeError } from './to-tintype-error.ts'

/** The options of the fast lane. */
export interface AnswerCallsOptions extends AnswerOptions, CallNames {
  readonly router: AnyTRPCRouter
  readonly procedureTypes: ProcedureTypes
}

/** The outcome of one call, as tRPC's client reads it. The router has no transformer, so data is JSON already. */
type Outcome = { readonly result: { readonly data: unknown } } | { readonly error: ApiErrorShape }

/** An outcome and its JSON, which is made in the call's own turn. */
interface Answered {
  readonly outcome: Outcome
  readonly text: string
}

/** Bytes that the answers of a batch may have together; calls beyond them are refused, each by itself. */
export const maxAnswerByteSize = 4 * 2 ** 20

/**
 * The fast lane: answers all calls of a request in one piece, after the last one has ended. tRPC's own handler does
 * the same through a web `Request`, a `Response` and their streams, which need as much CPU time as the call itself.
 *
 * @throws INVALID_REQUEST before anything is called if queries and mutations are mixed (threat B291)
 * @throws what the request's body throws
 * @see https://trpc.io/docs/rpc
 */
export async function answerCalls(request: CallRequest, options: AnswerCallsOptions): Promise<CallAnswer> {
  const { names, isBatch, router, procedureTypes, context, onFailure } = options
  const { signal } = request
  assertOneType(names, procedureTypes)
  const type = request.method === 'POST' ? 'mutation' : 'query'
  const sent = type === 'query' ? (request.search.get('input') ?? '') : await readBody(request.body)
  let inputs: ReturnType<typeof parseInputs> | undefined

  /** Lengths of the results so far, by position. */
  const sizes: number[] = []
  const sizeBefore = (end: number) => sizes.slice(0, end).reduce((sum, size) => sum + (size ?? 0), 0)

  async function answerCall(name: string, batchIndex: number): Promise<Answered> {
    try {
      assertCallable(name, type, procedureTypes)
      const getRawInput = async () => {
        inputs ??= parseInputs(sent, isBatch)
        return (await inputs)[batchIndex]
      }
      const turn = async () => {
        // the first call has the turn of its request, unless a body has come since then
        if (batchIndex > 0 || type === 'mutation') await context.turn?.()
        if (type === 'query' && sizeBefore(batchIndex) > maxAnswerByteSize) throw tooMuch()
      }
      const ctx = { ...context, turn }
      const call = { router, ctx, path: name, type, getRawInput, batchIndex, signal } as const
      const data: unknown = await callTRPCProcedure(call)
      assertWhole(data)
      const answered = withText({ result: { data } })
      sizes[batchIndex] = answered.text.length
      return answered
    } catch (thrown) {
      return failed(name, toTintypeError(getTRPCErrorFromUnknown(thrown)))
    }
  }

  function failed(name: string, error: TintypeError): Answered {
    onFailure({ name, error })
    return withText({ error: toErrorShape(error, context.requestId) })
  }

  const answers = await Promise.all(names.map(answerCall))
  let length = 0
  const fitting = answers.map((answered, at) => {
    length += answered.text.length
    const isRefused = at > 0 && length > maxAnswerByteSize && 'result' in answered.outcome
    return isRefused ? failed(names[at] ?? '', tooMuch()) : answered
  })
  const texts = fitting.map(({ text }) => text)
  return {
    status: sharedStatus(fitting.map(({ outcome }) => outcome)),
    contentType: 'application/json',
    body: isBatch ? `[${texts.join(',')}]` : (texts[0] ?? ''),
  }
}

async function readBody(body: CallRequest['body']): Promise<string | Uint8Array> {
  return body === undefined ? '' : await readBytes(body)
}

function withText(outcome: Outcome): Answered {
  return { outcome, text: JSON.stringify(outcome) }
}

function tooMuch(): TintypeError {
  const detail =
    'The answers of this batch are larger than 4 MiB together. Send the call alone, or ask for fewer photos'
  return new TintypeError('INVALID_REQUEST', detail, { facts: { limit: maxAnswerByteSize } })
}

/** @throws INVALID_REQUEST */
function assertOneType(names: readonly string[], procedureTypes: ProcedureTypes): void {
  const types = new Set(names.map((name) => procedureTypes.get(name)))
  types.delete(undefined)
  if (types.size > 1)
    throw refuse(`A batch must not mix types of procedures; received ${[...types].join(', ')}`)
}

/** @throws ROUTE_NOT_FOUND, METHOD_NOT_ALLOWED */
function assertCallable(name: string, type: 'query' | 'mutation', procedureTypes: ProcedureTypes): void {
  const known = procedureTypes.get(name)
  if (known === undefined) throw new TintypeError('ROUTE_NOT_FOUND', `There is no procedure "${name}"`)
  if (known === type) return
  const method = known === 'mutation' ? 'POST' : 'GET'
  throw new TintypeError('METHOD_NOT_ALLOWED', `Expected ${method} for the ${known} ${name}`)
}

/** @throws UNSUPPORTED_MEDIA_TYPE if the data comes in pieces, which only the other lane can send */
function assertWhole(data: unknown): void {
  if (typeof data !== 'object' || data === null) return
  const isInPieces = isIterable(data) || Object.values(data).some((one) => isIterable(one) || isPromise(one))
  if (isInPieces)
    throw new TintypeError('UNSUPPORTED_MEDIA_TYPE', 'Expected a request of httpBatchStreamLink')
}

const isIterable = (value: unknown) =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value
const isPromise = (value: unknown) => typeof value === 'object' && value !== null && 'then' in value

/** The inputs by position; none if the text is empty, as `httpLink` sends it for `undefined`. @throws INVALID_REQUEST */
async function parseInputs(
  sent: string | Uint8Array,
  isBatch: boolean,
): Promise<Readonly<Record<number, unknown>>> {
  const json = typeof sent === 'string' ? sent : decodeText(sent)
  if (json === '') return []
  assertSimple(json)
  const inputs = parseJson(json)
  if (!isBatch) return [inputs]
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs))
    throw refuse('The input of a batch must be an object with one input for each position, such as {"0":{}}')
  return inputs as Record<number, unknown>
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    const { message } = cause as SyntaxError
    throw new TintypeError('INVALID_REQUEST', `The input is not valid JSON: ${message}`, { cause })
  }
}

function refuse(detail: string): TintypeError {
  return new TintypeError('INVALID_REQUEST', detail)
}
