import { TintypeError } from '@tintype/contract'
import type { Authorization, Connection, RequestHeaders } from './connection.ts'

/** A server that is busy answers within it. */
const maxWaitMs = 5000

/** The refusals that were found, or are being looked for. */
const refusals = new WeakMap<Connection, Promise<TintypeError | undefined>>()

/**
 * Finds out why a page of another origin got no answer: browsers make an error of the network of a refusal. A page loads this module
 * only when a request to another origin got no answer.
 *
 * The server is asked without a right to read its answer, then for its limits without the caller's headers, then with each of them.
 *
 * @returns `ORIGIN_NOT_ALLOWED`, or `INVALID_REQUEST` with the fact `header`; the error itself if the server is away, or answers all
 */
export async function diagnoseRefusal(
  connection: Connection,
  error: TintypeError,
  authorization: Authorization | undefined,
): Promise<TintypeError> {
  if (error.source === 'proxy') return error
  const known = refusals.get(connection) ?? findRefusal(connection, authorization?.headers ?? {})
  refusals.set(connection, known)
  const refusal = await known
  // a server that was away is asked again
  if (!refusal) refusals.delete(connection)
  return refusal ?? error
}

async function findRefusal(
  { url, fetch = globalThis.fetch }: Connection,
  headers: RequestHeaders,
): Promise<TintypeError | undefined> {
  const isAnswered = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { ...init, cache: 'no-store', signal: AbortSignal.timeout(maxWaitMs) }).then(
      () => true,
      () => false,
    )
  if (!(await isAnswered('/healthz', { mode: 'no-cors' }))) return undefined
  const { origin } = location
  if (!(await isAnswered('/trpc/system.limits'))) {
    const detail = `The server does not allow pages of ${origin}. Add it to its TINTYPE_CORS_ORIGINS`
    return new TintypeError('ORIGIN_NOT_ALLOWED', detail, { facts: { received: origin } })
  }
  for (const [header, value] of Object.entries(headers)) {
    if (await isAnswered('/trpc/system.limits', { headers: { [header]: value } })) continue
    const detail = `The server does not allow the header "${header}". Add it to its TINTYPE_CORS_HEADERS`
    return new TintypeError('INVALID_REQUEST', detail, { facts: { header } })
  }
  return undefined
}
