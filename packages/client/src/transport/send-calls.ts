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
    | undefined
  readonly answer: Answer
}

/** @throws TintypeError if the request failed as a whole */
export type SendCall = (call: ProcedureCall) => Promise<CallReply>

/** A query that is to be sent. */
interface WaitingQuery {
  readonly call: ProcedureCall
  readonly resolve: (reply: CallReply) => void
  readonly reject: (error: unknown) => void
}

/** Proxies commonly refuse a request line beyond 8 KB. */
const maxUrlLength = 6000
const maxBatchCalls = 20

/**
 * Makes the functions that send calls in tRPC's format. Queries made at the same moment share a request, which is cancelled when all
 * of them are. A mutation is sent before the caller's next task, and goes on if the page is closed, so that what a page saves while
 * it is being left arrives.
 *
 * @see docs/adr/0033-calls-without-trpcs-links.md
 */
export function createCallSenders({ url, fetch, origin, authorize }: Connection): {
  readonly query: SendCall
  readonly mutation: SendCall
} {
  let line: WaitingQuery[] = []

  async function send(
    calls: readonly ProcedureCall[],
    address: string,
    { headers, ...init }: RequestInit = {},
  ): Promise<Answer> {
    const authorization = await authorize()
    const stop = new AbortController()
    let waiting = calls.length
    const leave = () => void (--waiting || stop.abort())
    for (const call of calls) {
      call.authorization = authorization
      call.signal?.addEventListener('abort', leave)
      if (call.signal?.aborted) leave()
    }
    try {
      return await withDeadline(stop.signal, ({ signal, enter }) => {
        enter('sent')
        const request = { ...init, headers: { ...authorization.headers, ...headers }, signal }
        return sendWithFetch(`${origin()}${url}/trpc/${address}`, request, fetch)
      })
    } finally {
      for (const { signal } of calls) signal?.removeEventListener('abort', leave)
    }
  }

  async function sendBatch(batch: readonly WaitingQuery[]): Promise<void> {
    try {
      const calls = batch.map(({ call }) => call)
      const answer = await send(calls, addressOf(calls))
      const replies = (await readAnswer(answer)) as readonly CallReply['reply'][] | null
      for (const [index, { resolve }] of batch.entries()) resolve({ reply: replies?.[index], answer })
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  function sendLine(): void {
    const due = line.filter(({ call }) => !call.signal?.aborted)
    line = []
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
        if (line.push({ call, resolve, reject }) === 1) setTimeout(sendLine)
      }),
    async mutation(call) {
      const answer = await send([call], call.path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: call.json ?? null,
        keepalive: true,
      })
      return { reply: (await readAnswer(answer)) as CallReply['reply'], answer }
    },
  }
}

/** Path and query of a batch. Always one, even of a single call, so that its answer has one form. */
function addressOf(calls: readonly ProcedureCall[]): string {
  const inputs = calls.flatMap(({ json }, index) => (json ? `"${index}":${json}` : []))
  return `${calls.map(({ path }) => path)}?batch=1&input=${encodeURIComponent(`{${inputs}}`)}`
}
