import type { AppRouter } from '@tintype/api'
import type { CallOptions, PhotoChangeInput, Procedures } from '@tintype/api/procedures'
import { TintypeError } from '@tintype/contract'
import { type OperationResultEnvelope, TRPCClientError, type TRPCLink } from '@trpc/client'
import { type Observer, observable } from '@trpc/server/observable'

/**
 * The last link of a tRPC client: sends its calls through a Tintype client, with that client's URL, headers, batches and retries. A
 * failure is a `TRPCClientError` whose `cause` is the `TintypeError`. The subscription `photos.onChange` connects again by itself.
 *
 * @example
 * const trpc = createTRPCClient<AppRouter>({ links: [tintypeLink(createTintypeClient({ url }))] })
 * const { photos } = await trpc.photos.list.query({ limit: 20 })
 */
export function tintypeLink(client: Procedures): TRPCLink<AppRouter> {
  return () =>
    ({ op }) =>
      observable((observer) => {
        const fail = (error: unknown) => observer.error(TRPCClientError.from(error as Error))
        if (op.type === 'subscription') return follow(client, op, { ...observer, error: fail })
        send(client, op).then((data) => {
          observer.next({ result: { type: 'data', data } })
          observer.complete()
        }, fail)
        return undefined
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

async function send(client: Procedures, operation: Operation): Promise<unknown> {
  const { type, path, input, signal } = operation
  const [namespace = '', name = ''] = path.split('.')
  // the type test of `Procedures` holds the inputs to those of the router
  const procedure = (client as unknown as Namespaces)[namespace]?.[name]
  const call = type === 'query' ? procedure?.query : procedure?.mutate
  if (!call) throw unknownProcedure(operation)
  return call(input, { signal: signal ?? undefined })
}

/** Follows the changes of photos. @returns ends it */
function follow(
  { photos }: Procedures,
  operation: Operation,
  observer: Observer<OperationResultEnvelope<unknown, never>, unknown>,
): (() => void) | undefined {
  const { path, input, signal } = operation
  if (path !== 'photos.onChange') {
    observer.error(unknownProcedure(operation))
    return undefined
  }
  let isStarted = false
  const { unsubscribe } = photos.onChange.subscribe(input as PhotoChangeInput | undefined, {
    onChange(change, id) {
      if (!isStarted) observer.next({ result: { type: 'started' } })
      isStarted = true
      // the form of an event with an id, which tRPC's client passes on
      observer.next({ result: { id, data: { id, data: change } } })
    },
    onError: observer.error,
  })
  const end = () => {
    unsubscribe()
    observer.complete()
  }
  signal?.addEventListener('abort', end)
  if (signal?.aborted) end()
  return () => {
    signal?.removeEventListener('abort', end)
    end()
  }
}

const unknownProcedure = ({ type, path }: Operation) =>
  new TintypeError('ROUTE_NOT_FOUND', `This client has no ${type} "${path}"`)
