import type { AppRouter } from '@tintype/api'
import type { CallOptions, Procedures } from '@tintype/api/procedures'
import { TintypeError } from '@tintype/contract'
import { TRPCClientError, type TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'

/**
 * The last link of a tRPC client: sends its queries and mutations through a Tintype client, with that client's URL,
 * headers and batches. A failure is a `TRPCClientError` whose `cause` is the `TintypeError`.
 *
 * @example
 * const trpc = createTRPCClient<AppRouter>({ links: [tintypeLink(createTintypeClient({ url }))] })
 * const { photos } = await trpc.photos.list.query({ limit: 20 })
 */
export function tintypeLink(client: Procedures): TRPCLink<AppRouter> {
  return () =>
    ({ op }) =>
      observable((observer) => {
        send(client, op).then(
          (data) => {
            observer.next({ result: { type: 'data', data } })
            observer.complete()
          },
          (error) => observer.error(TRPCClientError.from(error)),
        )
      })
}

/** One call, as tRPC's client describes it. */
interface Operation {
  readonly type: 'query' | 'mutation' | 'subscription'
  /** Full name of the procedure, such as `photos.list`. */
  readonly path: string
  readonly input: unknown
  readonly signal: AbortSignal | null | undefined
}

type Send = (input: unknown, options: CallOptions) => Promise<unknown>
type Namespaces = Readonly<Record<string, Readonly<Record<string, { query?: Send; mutate?: Send }>>>>

async function send(client: Procedures, { type, path, input, signal }: Operation): Promise<unknown> {
  const [namespace = '', name = ''] = path.split('.')
  // the type test of `Procedures` holds the inputs to those of the router
  const procedure = (client as unknown as Namespaces)[namespace]?.[name]
  const call = type === 'query' ? procedure?.query : type === 'mutation' ? procedure?.mutate : undefined
  if (!call) throw new TintypeError('ROUTE_NOT_FOUND', `This client has no ${type} "${path}"`)
  return call(input, { signal: signal ?? undefined })
}
