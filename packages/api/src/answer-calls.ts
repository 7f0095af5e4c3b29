import { TintypeError } from '@tintype/contract'
import { callTRPCProcedure, getTRPCErrorFromUnknown } from '@trpc/server'
import { appRouter } from './app-router.ts'
import type { ApiContext } from './context.ts'
import { procedureTypes } from './procedure-types.ts'
import { type ApiErrorShape, toErrorShape } from './to-error-shape.ts'
import { toTintypeError } from './to-tintype-error.ts'

/** One request of tRPC's protocol. */
export interface CallRequest {
  readonly method: 'GET' | 'POST'
  /** The name of a procedure, or in a batch several, by comma; escaped, as it arrived. */
  readonly path: string
  readonly search: URLSearchParams
  /** Of a POST: JSON, not parsed yet. */
  readonly body: string | undefined
}

/** A call that failed. */
export interface CallFailure {
  readonly name: string
  readonly error: TintypeError
}

/** What to answer a request with. */
export interface CallAnswer {
  /** The one that all calls share, or 207. */
  readonly status: number
  readonly contentType: string
  readonly body: string
  readonly failures: readonly CallFailure[]
}

/** How calls are answered. */
export interface CallOptions {
  readonly context: ApiContext
  readonly maxBatchCalls: number
}

/** What one call comes to, as tRPC's client reads it. The router has no transformer, so that data is JSON already. */
type Outcome = { readonly result: { readonly data: unknown } } | { readonly error: ApiErrorShape }

/**
 * Answers every call of a request in one piece. tRPC's own adapters do the same through a web `Request`, `Response`
 * and their streams, which cost as much again as the call; what is called here is tRPC's public interface.
 *
 * @throws INVALID_REQUEST for what is no request, before anything is called (threat B291)
 * @see https://trpc.io/docs/rpc
 */
export async function answerCalls(
  request: CallRequest,
  { context, maxBatchCalls }: CallOptions,
): Promise<CallAnswer> {
  const { search } = request
  const isBatch = search.get('batch') === '1'
  const path = decodePath(request.path)
  const names = isBatch ? path.split(',') : [path]
  if (names.length > maxBatchCalls) throw refuse(`A batch may have ${maxBatchCalls} calls`)
  const types = new Set(names.map((name) => procedureTypes.get(name)))
  types.delete(undefined)
  if (types.size > 1) throw refuse('A batch has either queries or mutations')

  const type = request.method === 'GET' ? 'query' : 'mutation'
  const json = type === 'query' ? search.get('input') || undefined : request.body
  let inputs: ReturnType<typeof parseInputs> | undefined
  const failures: CallFailure[] = []

  async function answerCall(name: string, batchIndex: number): Promise<Outcome> {
    try {
      assertCallable(name, type)
      const getRawInput = async () => {
        inputs ??= parseInputs(json, isBatch)
        return (await inputs)[batchIndex]
      }
      const call = { router: appRouter, ctx: context, path: name, type, getRawInput, batchIndex } as const
      return { result: { data: await callTRPCProcedure({ ...call, signal: undefined }) } }
    } catch (thrown) {
      const error = toTintypeError(getTRPCErrorFromUnknown(thrown))
      failures.push({ name, error })
      return { error: toErrorShape(error, context.requestId) }
    }
  }

  const outcomes = await Promise.all(names.map(answerCall))
  const statuses = new Set(outcomes.map((outcome) => ('error' in outcome ? outcome.error.data.status : 200)))
  const [status = 200] = statuses
  return {
    status: statuses.size > 1 ? 207 : status,
    contentType: 'application/json',
    body: JSON.stringify(isBatch ? outcomes : outcomes[0]),
    failures,
  }
}

/** @throws ROUTE_NOT_FOUND, METHOD_NOT_ALLOWED */
function assertCallable(name: string, type: 'query' | 'mutation'): void {
  const known = procedureTypes.get(name)
  if (known === undefined) throw new TintypeError('ROUTE_NOT_FOUND', `There is no procedure "${name}"`)
  if (known === type) return
  const method = known === 'query' ? 'GET' : 'POST'
  throw new TintypeError('METHOD_NOT_ALLOWED', `${name} is called with ${method}`)
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (cause) {
    throw new TintypeError('INVALID_REQUEST', 'The path is not escaped rightly', { cause })
  }
}

/** The inputs by position. @throws INVALID_REQUEST */
async function parseInputs(
  json: string | undefined,
  isBatch: boolean,
): Promise<Readonly<Record<number, unknown>>> {
  if (json === undefined) return []
  const inputs = parseJson(json)
  if (!isBatch) return [inputs]
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs))
    throw refuse('The input of a batch is an object of inputs, by position')
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
