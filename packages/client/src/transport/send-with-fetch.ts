import { isTintypeError, TintypeError } from '@tintype/contract'
import type { Answer } from './response.ts'

/** A request, and the function that sends it. */
export interface FetchRequest extends RequestInit {
  /** @default the global one */
  readonly fetch: typeof fetch | undefined
  /** Needed for a body that is a stream. The types of browsers lack it. */
  readonly duplex?: 'half'
}

/**
 * Sends a request and reads the whole answer.
 *
 * @throws TintypeError `NETWORK_ERROR` if no whole answer came; if reading the body failed with a `TintypeError`, that one
 */
export async function sendWithFetch(
  url: string,
  { fetch = globalThis.fetch, ...init }: FetchRequest,
): Promise<Answer> {
  try {
    const response = await fetch(url, init)
    const text = await response.text()
    const { status, headers, url: from, redirected } = response
    const [retryAfter, contentType] = [headers.get('retry-after'), headers.get('content-type')]
    return { status, retryAfter, contentType, url: from, redirected, text }
  } catch (cause) {
    const inner = cause instanceof Error ? cause.cause : undefined
    throw [cause, inner].find(isTintypeError) ?? networkError(cause)
  }
}

/** The error for a request that got no answer. */
export function networkError(cause: unknown): TintypeError {
  return new TintypeError('NETWORK_ERROR', 'The server could not be reached, or did not answer', { cause })
}
