import type { CallOptions, Procedures } from '@tintype/api/procedures'
import { fromProblem, isTintypeError, type TintypeError } from '@tintype/contract'
import { httpBatchLink } from '@trpc/client/links/httpBatchLink'
import { httpLink } from '@trpc/client/links/httpLink'
import { abortable } from './transport/abortable.ts'
import { type Answer, readRetryAfter } from './transport/answer.ts'
import { type RetryOptions, waitToRetry } from './transport/backoff.ts'
import { callListener } from './transport/call-listener.ts'
import { completeUrls } from './transport/complete-urls.ts'
import type { Authorization, Connection } from './transport/connection.ts'
import { withDeadline } from './transport/deadline.ts'
import { followSignals } from './transport/follow-signals.ts'
import { readAnswer, unexpectedAnswer } from './transport/response.ts'
import { sendWithFetch } from './transport/send-with-fetch.ts'
import { networkError } from './transport/silence.ts'

/** A call of one procedure. Its types are those of its declaration, which a test compares with the router's. */
type Call = <Output>(input: unknown, options?: CallOptions) => Promise<Output>

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
    system: { limits: query('system.limits'), about: query('system.about') },
  }
}

/**
 * Every call rejects with a `TintypeError` and nothing else. Queries are sent again after failures that can pass. Mutations are
 * sent once, because the server may have done what a failed one asked for. Any call is sent once more if its token was refused.
 *
 * tRPC's links are called without its client. The client imports parts that are not used here, such as web sockets, and adds
 * 1.6 kB to 9 (minified, gzip).
 */
export function createCalls(connection: Connection, retry?: RetryOptions): Calls {
  const links = createLinks(connection)
  let lastId = 0
  const callTo =
    (type: 'query' | 'mutation', path: string): Call =>
    async <Output>(input: unknown, { signal }: CallOptions = {}) => {
      for (let attempt = 1, isRepeated = false; ; ) {
        const context: CallContext = {}
        const op = { id: ++lastId, type, path, input, context, signal }
        try {
          const answer = new Promise<{ readonly result: object }>((next, error) => {
            links[type]({ op, next: nothingFollows }).subscribe({ next, error })
          })
          const { result } = await abortable(answer, signal)
          return completeUrls('data' in result ? result.data : undefined, connection.url) as Output
        } catch (cause) {
          const { authorization } = context
          const error = await abortable(connection.diagnose(await errorOfCall(cause), authorization), signal)
          if (!isRepeated && authorization?.isRefused(error)) {
            isRepeated = true
            continue
          }
          if (type === 'mutation') throw error
          attempt = await waitToRetry({ attempt, error }, { ...retry, signal })
        }
      }
    }
  return {
    query: (path) => ({ query: callTo('query', path) }),
    mutation: (path) => ({ mutate: callTo('mutation', path) }),
    changes: () => ({
      subscribe(input, listeners) {
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

/** What a call knows of its request. */
type CallContext = { authorization?: Authorization }

/**
 * Queries made at the same moment share a request. A mutation is sent before the caller's next task, and goes on if the page is
 * closed, so that what a page saves while it is being left arrives.
 */
function createLinks({ url, fetch, origin, authorize }: Connection) {
  const headersOf = async (calls: readonly { readonly context: CallContext }[]) => {
    const authorization = await authorize()
    for (const { context } of calls) context.authorization = authorization
    return authorization.headers
  }
  const sendWith =
    (extra: RequestInit): NonNullable<Parameters<typeof httpLink>[0]['fetch']> =>
    async (input, init) => {
      const answer = await withDeadline(init?.signal, ({ signal, enter }) => {
        enter('sent')
        return sendWithFetch(origin() + input, { ...(init as RequestInit), ...extra, signal }, fetch)
      })
      const json = await readAnswer(answer)
      return { answer, ok: true, json: async () => json }
    }
  return {
    query: httpBatchLink({
      url: `${url}/trpc`,
      headers: ({ opList }) => headersOf(opList),
      fetch: sendWith({}),
      // proxies commonly refuse a request line beyond 8 KB
      maxItems: 20,
      maxURLLength: 7600,
    })({}),
    mutation: httpLink({
      url: `${url}/trpc`,
      headers: ({ op }) => headersOf([op]),
      fetch: sendWith({ keepalive: true }),
    })({}),
  }
}

function nothingFollows(): never {
  throw new Error('These links are the last of their chain')
}

/** The `TintypeError` is the cause, if `fetch` above threw it, or it is in `data`, if the server sent it. */
async function errorOfCall(error: unknown): Promise<TintypeError> {
  if (isTintypeError(error)) return error
  const { cause, data, meta } = error as { cause?: unknown; data?: unknown; meta?: TrpcMeta }
  if (isTintypeError(cause)) return cause
  const answer = meta?.response?.answer ?? lostAnswer
  const known = fromProblem(data, readRetryAfter(answer))
  if (known) return known
  // of a batch, only this call's part
  const own = data ? { ...answer, text: JSON.stringify(data) } : answer
  return unexpectedAnswer(own, error)
}

/** The answer to a batch that has fewer parts than calls, which tRPC does not return. */
const lostAnswer: Answer = { status: 0, header: () => null, url: '', redirected: false, text: '' }

/** What tRPC keeps of the answer that `fetch` above returned. */
interface TrpcMeta {
  readonly response?: { readonly answer?: Answer }
}
