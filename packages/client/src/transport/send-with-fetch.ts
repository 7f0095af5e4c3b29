import { isTintypeError, TintypeError } from '@tintype/contract'
import type { Answer } from './response.ts'

/** A request, and what sends it: the global `fetch` where there is nothing else. */
export interface FetchRequest extends RequestInit {
  readonly fetch: typeof fetch | undefined
  /** Needed by a body that is a stream, and unknown to the types of browsers. */
  readonly duplex?: 'half'
}

/**
 * Sends a request and reads the whole answer.
 *
 * @throws TintypeError `NETWORK_ERROR` where none came to its end, for whatever reason; what a body of ours
 * failed with
 */
export async function sendWithFetch(
  url: string,
  { fetch = globalThis.fetch, ...init }: FetchRequest,
): Promise<Answer> {
  try {
    const response = await fetch(url, init)
    const text = await response.text()
    return { status: response.status, retryAfter: response.headers.get('retry-after'), text }
  } catch (cause) {
    const inner = cause instanceof Error ? cause.cause : undefined
    throw [cause, inner].find(isTintypeError) ?? networkError(cause)
  }
}

/** The error of a request that got no answer. */
export function networkError(cause: unknown): TintypeError {
  return new TintypeError('NETWORK_ERROR', 'The server could not be reached, or did not answer', { cause })
}
