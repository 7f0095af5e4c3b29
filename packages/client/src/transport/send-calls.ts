import type { Answer } from './answer.ts'
import type { Authorization, Connection } from './connection.ts'
import { withDeadline } from './deadline.ts'
import { readAnswer } from './response.ts'
import { sendWithFetch } from './send-with-fetch.ts'

/** One call of a procedure. */
export interface ProcedureCall {
  /** Full name of the procedure, such as `photos.list`. */
  readonly path: string
  /** The input as JSON; `undefined` if there is none. */
  readonly json: string | undefined
  readonly signal: AbortSignal | undefined
  /** Of the request that carries the call, once there is one. */
  authorization?: Authorization
}

/** The part of an answer that belongs to one call. */
export interface CallReply {
  /** `{ result: { data } }` or `{ error: { data } }` of a Tintype server; anything of another one. */
  readonly reply:
    | { readonly result?: { readonly data?: unknown }; readonly error?: { readonly data?: unknown } }
    | null
    | undefined
  readonly answer: Answer
}

/** @throws TintypeError if the request failed as a whole */
export type SendCall = (call: ProcedureCall) => Promise<CallReply>

/** A query that waits for its batch. */
interface WaitingQuery {
  readonly call: ProcedureCall
  readonly resolve: (reply: CallReply) => void
  readonly reject: (error: unknown) => void
}

/** Proxies commonly refuse a request line beyond 8 KB. */
const maxUrlLength = 7600
const maxBatchCalls = 20
/**
 * Browsers fail a request that goes on without its page if it has more than 64 KiB together with the others under way, or if there are
 * too many of them. A character has up to 3 bytes.
 */
const maxKeptLength = 20_000
/** What a request counts in addition to its characters, so that at most 8 are under way. */
const keptLengthPerCall = 2500
/** Of all clients, because they share the page. */
let keptLength = 0

/**
 * Makes the functions that send calls in tRPC's format. Queries made at the same moment share a request, which is cancelled when all
 * of them are. A mutation is sent before the caller's next task, and goes on if the page is closed, unless many are under way, so that
 * what a page saves while it is being left arrives.
 *
 * @see docs/adr/0043-calls-without-trpcs-links.md
 */
export function createCallSenders({ url, fetch, origin, authorize }: Connection): {
  readonly query: SendCall
  readonly mutation: SendCall
} {
  let waiting: WaitingQuery[] = []

  async function send(
    calls: readonly ProcedureCall[],
    address: string,
    { headers, ...init }: RequestInit = {},
  ): Promise<Answer> {
    const authorization = await authorize()
    for (const call of calls) call.authorization = authorization
    const stop = new AbortController()
    const onAbort = () => {
      if (calls.every(({ signal }) => signal?.aborted)) stop.abort()
    }
    onAbort()
    for (const { signal } of calls) signal?.addEventListener('abort', onAbort)
    try {
      return await withDeadline(stop.signal, ({ signal, enter }) => {
        enter('sent')
        const request = { ...init, headers: { ...authorization.headers, ...headers }, signal }
        return sendWithFetch(`${origin()}${url}/trpc/${address}`, request, fetch)
      })
    } finally {
      for (const { signal } of calls) signal?.removeEventListener('abort', onAbort)
    }
  }

  async function sendBatch(batch: readonly WaitingQuery[]): Promise<void> {
    try {
      const calls = batch.map(({ call }) => call)
      const answer = await send(calls, addressOf(calls))
      const json = (await readAnswer(answer)) as CallReply['reply'] | readonly CallReply['reply'][]
      // one failure can be that of all calls
      for (const [index, { resolve }] of batch.entries())
        resolve({ reply: Array.isArray(json) ? json[index] : json, answer })
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  function sendWaiting(): void {
    const due = waiting.filter(({ call }) => !call.signal?.aborted)
    waiting = []
    let batch: WaitingQuery[] = []
    for (const one of due) {
      const { length } = addressOf([...batch, one].map(({ call }) => call))
      if (batch[maxBatchCalls - 1] || (batch[0] && url.length + length > maxUrlLength)) {
        void sendBatch(batch)
        batch = []
      }
      batch.push(one)
    }
    if (batch[0]) void sendBatch(batch)
  }

  return {
    query: (call) =>
      new Promise((resolve, reject) => {
        if (waiting.push({ call, resolve, reject }) === 1) setTimeout(sendWaiting)
      }),
    async mutation(call) {
      const length = (call.json?.length ?? 0) + keptLengthPerCall
      const keepalive = keptLength + length <= maxKeptLength
      if (keepalive) keptLength += length
      try {
        const answer = await send([call], call.path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: call.json ?? null,
          keepalive,
        })
        return { reply: (await readAnswer(answer)) as CallReply['reply'], answer }
      } finally {
        if (keepalive) keptLength -= length
      }
    },
  }
}

/** Path and query of a batch. Always one, even of a single call, so that its answer has one form. */
function addressOf(calls: readonly ProcedureCall[]): string {
  const inputs = calls.flatMap(({ json }, index) => (json === undefined ? [] : `"${index}":${json}`))
  return `${calls.map(({ path }) => path)}?batch=1&input=${encodeURIComponent(`{${inputs}}`)}`
}
