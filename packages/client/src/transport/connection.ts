import { TintypeError } from '@tintype/contract'
import { toOwnError } from './to-tintype-error.ts'

/** Where the server is and how to reach it. */
export interface ConnectionOptions {
  /**
   * Of the server, a path prefix included: absolute, with `http:` or `https:`.
   *
   * @default the origin of the page, in browsers; required elsewhere
   * @example 'https://photos.example.com'
   */
  readonly url?: string | URL | undefined
  /**
   * Used for every request instead of the global `fetch`, uploads in browsers included, which then report no
   * progress between 0 and 1.
   */
  readonly fetch?: typeof fetch | undefined
  /**
   * Sent with every request, uploads included: a record, or a function that makes one for each request. Names
   * that an upload sends itself (`Content-Type`, `Content-Disposition`, `Idempotency-Key`) are not for it.
   *
   * @example { headers: async () => ({ Authorization: `Bearer ${await readToken()}` }) }
   */
  readonly headers?: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>) | undefined
}

/** Header names and their values. */
export type RequestHeaders = Readonly<Record<string, string>>

/** A server as the requests of one client see it. */
export interface Connection {
  /** Absolute, without a slash at its end. */
  readonly url: string
  /** The caller's own, where there is one. */
  readonly fetch: typeof fetch | undefined
  /** @throws TintypeError `INVALID_REQUEST` where the caller's function fails */
  headers(): Promise<RequestHeaders>
}

/** @throws TintypeError `INVALID_REQUEST` where the URL is none of http(s), or is left out outside a page */
export function createConnection(options: ConnectionOptions): Connection {
  return {
    url: readUrl(options.url),
    fetch: options.fetch,
    async headers() {
      try {
        return { ...(typeof options.headers === 'function' ? await options.headers() : options.headers) }
      } catch (cause) {
        throw toOwnError(cause, 'The headers of the request could not be made')
      }
    },
  }
}

function readUrl(url: string | URL | undefined): string {
  let cause: unknown
  try {
    const { protocol, origin, pathname } = new URL(url ?? globalThis.location.origin)
    if (/^https?:$/.test(protocol)) return origin + pathname.replace(/\/+$/, '')
  } catch (error) {
    cause = error
  }
  // `localhost:3000` is a URL, of the scheme `localhost:`; nothing but a host is repeated, lest it tells a secret
  const host = /^[\w.-]+(:\d+)?(?=\/|$)/.exec(String(url ?? ''))?.[0]
  const hint = host === undefined ? '' : `; did you mean http://${host}?`
  throw new TintypeError(
    'INVALID_REQUEST',
    `The url of the server must start with http:// or https://${hint}`,
    {
      cause,
    },
  )
}
