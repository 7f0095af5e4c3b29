import { isTintypeError } from '@tintype/contract'
import type { Answer } from './answer.ts'
import { networkError } from './silence.ts'

/** A request as `fetch` accepts it. */
export interface FetchRequest extends Omit<RequestInit, 'signal'> {
  readonly signal?: AbortSignal | null | undefined
  /** Needed for a body that is a stream. The types of browsers lack it. */
  readonly duplex?: 'half'
}

/**
 * Sends a request and reads the whole answer.
 *
 * @throws TintypeError `NETWORK_ERROR` if no whole answer came; if reading the body failed, or the signal was aborted, with a
 * `TintypeError`, that one
 */
export async function sendWithFetch(
  url: string,
  init: FetchRequest,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<Answer> {
  try {
    return await readResponse(await fetch(url, init as RequestInit))
  } catch (cause) {
    throw (
      [init.signal?.reason, cause, (cause as Error | undefined)?.cause].find(isTintypeError) ??
      networkError(cause)
    )
  }
}

/** Reads a whole answer. @throws the errors of `fetch` */
export async function readResponse(response: Response): Promise<Answer> {
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    url: response.url,
    redirected: response.redirected,
    text: await response.text(),
  }
}
