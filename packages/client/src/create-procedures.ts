import type { CallOptions, Procedures } from '@tintype/api/procedures'
import { fromProblem, TintypeError } from '@tintype/contract'
import { abortable, abortedBy } from './transport/abortable.ts'
import { readRetryAfter } from './transport/answer.ts'
import { type RetryOptions, waitToRetry } from './transport/backoff.ts'
import { callListener } from './transport/call-listener.ts'
import { completeUrls } from './transport/complete-urls.ts'
import type { Connection } from './transport/connection.ts'
import { followSignals } from './transport/follow-signals.ts'
import { unexpectedAnswer } from './transport/response.ts'
import { type CallReply, createCallSenders, type ProcedureCall } from './transport/send-calls.ts'
import { networkError } from './transport/silence.ts'
import { toTintypeError } from './transport/to-tintype-error.ts'

/** A call of one procedure. Its types are those of its declaration, which a test compares with the router's. */
type Call = <Output>(input: unknown, options?: CallOptions) => Promise<Output>

/** What a call is sent with. */
interface SentCall extends CallOptions {
  readonly input: unknown
}

/** Makes the functions that call procedures of one server, by their full name, such as `photos.list`. */
export interface Calls {
  query(path: string): { readonly query: Call }
  mutation(path: string): { readonly mutate: Call }
  changes(): Procedures['photos']['onChange']
}

/** The procedures that browsers call. */
export function createProcedures({ query, mutation, changes }: Calls): Procedures {
  return {
    photos: {
      list: query('photos.list'),
      get: query('photos.get'),
      findByDigest: query('photos.findByDigest'),
      update: mutation('photos.update'),
      onChange: changes(),
      move: mutation('photos.move'),
      delete: mutation('photos.delete'),
      deleteMany: mutation('photos.deleteMany'),
      tagMany: mutation('photos.tagMany'),
    },
    tags: { list: query('tags.list') },
    thumbnails: { create: mutation('thumbnails.create'), list: query('thumbnails.list') },
    urls: { sign: mutation('urls.sign') },
    system: { limits: query('system.limits'), about: query('system.about') },
  }
}

/**
 * Every call rejects with a `TintypeError` and nothing else. Queries are sent again after failures that can pass. Mutations are
 * sent once, because the server may have done what a failed one asked for. Any call is sent once more if its token was refused.
 */
export function createCalls(connection: Connection, retry?: RetryOptions): Calls {
  const senders = createCallSenders(connection)
  const send = async (type: 'query' | 'mutation', path: string, { input, signal }: SentCall) => {
    for (let attempt = 1, isRepeated = false; ; ) {
      let call: ProcedureCall | undefined
      try {
        if (signal?.aborted) throw abortedBy(signal)
        call = { path, json: JSON.stringify(input), signal }
        const data = await readReply(await abortable(senders[type](call), signal))
        return completeUrls(data, connection.url)
      } catch (cause) {
        const failure = toTintypeError(cause, 'The input cannot be sent: expected JSON values')
        const error = await abortable(connection.diagnose(failure, call?.authorization), signal)
        if (!isRepeated && call?.authorization?.isRefused(error)) {
          isRepeated = true
          continue
        }
        if (type === 'mutation') throw error
        attempt = await waitToRetry({ attempt, error }, { ...retry, signal })
      }
    }
  }
  const callTo =
    (type: 'query' | 'mutation', path: string): Call =>
    async <Output>(input: unknown, options?: CallOptions) => {
      const signal = options?.signal // without types, the options can be null
      if (signal && !signal.addEventListener)
        throw new TintypeError('INVALID_REQUEST', 'Expected signal: an AbortSignal')
      try {
        return (await send(type, path, { input, signal })) as Output
      } catch (error) {
        throw toTintypeError(error, 'waitMs failed')
      }
    }
  return {
    query: (path) => ({ query: callTo('query', path) }),
    mutation: (path) => ({ mutate: callTo('mutation', path) }),
    changes: () => ({
      subscribe(input, listeners) {
        if (typeof listeners?.onChange !== 'function')
          throw new TintypeError('INVALID_REQUEST', 'Expected { onChange: (change, id) => … }')
        const stop = new AbortController()
        void followSignals([stop.signal, listeners.signal], async ({ signal }) => {
          const { followChanges } = await import('./live/follow-changes.ts') // few pages need it
          await followChanges(connection, { input, listeners, retry, signal })
        }).catch((cause) => callListener(listeners.onError, networkError(cause)))
        return { unsubscribe: () => stop.abort() }
      },
    }),
  }
}

/** @throws TintypeError the one that the server answered with, or that of `unexpectedAnswer` */
async function readReply({ reply, answer }: CallReply): Promise<unknown> {
  if (reply?.result instanceof Object) return reply.result.data
  const data = reply?.error?.data
  // of a batch, only this call's part
  const own = data ? { ...answer, text: JSON.stringify(data) } : answer
  throw fromProblem(data, readRetryAfter(answer)) ?? (await unexpectedAnswer(own))
}
