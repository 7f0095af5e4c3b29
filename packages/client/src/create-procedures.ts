import type { AppRouter } from '@tintype/api'
import { fromProblem, isTintypeError, type TintypeError } from '@tintype/contract'
import type { TRPCClient } from '@trpc/client'
import { httpBatchLink } from '@trpc/client/links/httpBatchLink'
import { observableToPromise } from '@trpc/server/observable'
import { orAbort } from './transport/abortable.ts'
import type { Connection } from './transport/connection.ts'
import { type Answer, notUnderstood, readAnswer, readRetryAfter } from './transport/response.ts'
import { sendWithFetch } from './transport/send-with-fetch.ts'

/** The tRPC client: its namespaces, typed from the server's router. */
export type Procedures = Pick<TRPCClient<AppRouter>, 'photos' | 'thumbnails' | 'system'>

type Call = (input: unknown, options?: { readonly signal?: AbortSignal }) => Promise<unknown>

/**
 * Every call rejects with a `TintypeError` and nothing else.
 *
 * tRPC's links are called without its client around them: that imports what no one here uses, web sockets
 * among it, and costs 1.6 kB of 9 (minified, gzip).
 */
export function createProcedures(connection: Connection): Procedures {
  const links = createLinks(connection)
  let lastId = 0
  const callTo =
    (type: 'query' | 'mutation', path: string): Call =>
    async (input, { signal } = {}) => {
      const op = { id: ++lastId, type, path, input, context: {}, signal }
      try {
        const { result } = await orAbort(
          observableToPromise(links[type]({ op, next: nothingFollows })),
          signal,
        )
        return 'data' in result ? result.data : undefined
      } catch (error) {
        throw toTintypeError(error)
      }
    }
  const namespace = <Name extends keyof Procedures>(name: Name) =>
    new Proxy({} as Procedures[Name], {
      get(_, procedure) {
        const path = `${name}.${String(procedure)}`
        return { query: callTo('query', path), mutate: callTo('mutation', path) }
      },
    })
  return { photos: namespace('photos'), thumbnails: namespace('thumbnails'), system: namespace('system') }
}

/** Queries of one moment share a request; a mutation never waits for another. */
function createLinks({ url, fetch, headers }: Connection) {
  const options: Parameters<typeof httpBatchLink<AppRouter>>[0] = {
    url: `${url}/trpc`,
    headers,
    async fetch(input, init) {
      const answer = await sendWithFetch(String(input), { ...(init as RequestInit), fetch })
      const json = readAnswer(answer)
      return { ...answer, ok: true, json: async () => json }
    },
  }
  return {
    // proxies commonly refuse a request line beyond 8 KB
    query: httpBatchLink({ ...options, maxItems: 20, maxURLLength: 6000 })({}),
    mutation: httpBatchLink({ ...options, maxItems: 1 })({}),
  }
}

function nothingFollows(): never {
  throw new Error('These links are the last of their chain')
}

/** Ours is either the cause, thrown by `fetch` above, or crossed the wire in `data`. */
function toTintypeError(error: unknown): TintypeError {
  if (isTintypeError(error)) return error
  const { cause, data, meta } = error as { cause?: unknown; data?: unknown; meta?: TrpcMeta }
  if (isTintypeError(cause)) return cause
  const answer: Partial<Answer> = meta?.response ?? {}
  return fromProblem(data, readRetryAfter(answer.retryAfter)) ?? notUnderstood(answer, error)
}

/** What tRPC keeps of the answer: the one that `fetch` above gave. */
interface TrpcMeta {
  readonly response?: Answer
}
