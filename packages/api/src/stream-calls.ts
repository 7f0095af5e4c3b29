import type { CallAnswer, CallFailure, CallOptions, CallRequest } from './answer-calls.ts'
import { appRouter } from './app-router.ts'
import { toTintypeError } from './to-tintype-error.ts'

/** How `httpBatchStreamLink` names the type that it wants, in `trpc-accept`. */
export const streamMediaType = 'application/jsonl'

/**
 * Answers a batch in lines, as `httpBatchStreamLink` reads it: by tRPC's own handler, the only public way to that
 * format, which is loaded when somebody asks for it.
 *
 * @throws INVALID_REQUEST and its like for what is no request, before anything is called
 */
export async function streamCalls(
  { method, path, search, body }: CallRequest,
  { context, maxBatchCalls }: CallOptions,
): Promise<CallAnswer> {
  const { fetchRequestHandler } = await import('@trpc/server/adapters/fetch')
  const failures: CallFailure[] = []
  let refusal: Error | undefined
  const response = await fetchRequestHandler({
    router: appRouter,
    endpoint: '/',
    // Nothing else of the request concerns tRPC; Host least of all (threat B281).
    req: new Request(`http://localhost/${path}?${search}`, {
      method,
      headers: { 'content-type': 'application/json', 'trpc-accept': streamMediaType },
      ...(body !== undefined && { body }),
    }),
    maxBatchSize: maxBatchCalls,
    createContext: () => context,
    onError({ error, path: name = '', ctx: entered }) {
      const own = toTintypeError(error)
      // Refused before tRPC asked for a context: its own answer would not say which request it was.
      if (entered === undefined) refusal = own
      else failures.push({ name, error: own })
    },
  })
  if (refusal) throw refusal
  return { status: response.status, contentType: 'application/json', body: await response.text(), failures }
}
