import { TintypeError } from '@tintype/contract'

/** One HTTP request to the procedures, as tRPC's protocol reads it. */
export interface CallRequest {
  readonly method: 'GET' | 'HEAD' | 'POST'
  /** Name of a procedure, or, in a batch, several names with commas between them; still percent-encoded. */
  readonly path: string
  readonly search: URLSearchParams
  readonly headers: CallHeaders
  /** The JSON body of a POST, UTF-8; read at most once. Errors that it throws are the call's errors. */
  readonly body?: AsyncIterable<Uint8Array> | undefined
  /** Aborted when the client has left; its reason is a `TintypeError`. */
  readonly signal: AbortSignal
}

/** The only headers that change the answer. */
export interface CallHeaders {
  readonly accept?: string | undefined
  readonly 'content-type'?: string | undefined
  readonly 'last-event-id'?: string | undefined
  /** Node's types allow an array; Node itself joins a header that is sent twice. */
  readonly 'trpc-accept'?: string | string[] | undefined
}

/** The answer to a request. */
export interface CallAnswer {
  readonly status: number
  readonly contentType?: string | undefined
  /** Whole, or in pieces as soon as they are known. Cancelling the stream aborts the calls. */
  readonly body: string | ReadableStream<Uint8Array>
}

/** A call that failed. */
export interface CallFailure {
  /** Name of the procedure; empty if the failure belongs to no single call. */
  readonly name: string
  readonly error: TintypeError
}

/** Names and form of a request's calls. */
export interface CallNames {
  readonly names: readonly string[]
  readonly isBatch: boolean
}

/**
 * Reads which procedures a request calls.
 *
 * @throws INVALID_REQUEST if the path has an invalid percent-escape or the batch is too large (threat B291)
 */
export function readCallNames({ path, search }: CallRequest, maxBatchCalls: number): CallNames {
  const isBatch = search.get('batch') === '1'
  const decoded = decodePath(path)
  const names = isBatch ? decoded.split(',') : [decoded]
  if (names.length > maxBatchCalls) {
    const detail = `Expected at most ${maxBatchCalls} calls in a batch, received ${names.length}`
    throw new TintypeError('INVALID_REQUEST', detail, {
      facts: { limit: maxBatchCalls, received: names.length },
    })
  }
  return { names, isBatch }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (cause) {
    throw new TintypeError('INVALID_REQUEST', 'The path contains an invalid percent-escape', { cause })
  }
}
