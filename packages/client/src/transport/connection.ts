import { TintypeError } from '@tintype/contract'
import { toTintypeError } from './to-tintype-error.ts'

/** Where the server is and how to reach it. */
export interface ConnectionOptions {
  /**
   * URL of the server, its base path included: absolute, with `http:` or `https:`.
   *
   * @default in browsers the origin of the page; required elsewhere
   * @example 'https://photos.example.com'
   */
  readonly url?: string | URL | undefined
  /**
   * Used for every request instead of the global `fetch`. An upload in a browser then reports no progress between 0
   * and 1.
   */
  readonly fetch?: typeof fetch | undefined
  /**
   * Headers of every request: a record, or a function that makes one for each request. They do not replace those that an
   * upload sets: `Content-Type`, `Content-Disposition`, `Idempotency-Key`.
   *
   * @example { headers: async () => ({ Authorization: `Bearer ${await readToken()}` }) }
   */
  readonly headers?: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>) | undefined
}

/** Header names and their values. */
export type RequestHeaders = Readonly<Record<string, string>>

/** The server of one client, and what its requests need. */
export interface Connection {
  /** URL of the server: absolute, without a slash at its end. */
  readonly url: string
  /** The caller's `fetch`, if it gave one. */
  readonly fetch: typeof fetch | undefined
  /** @throws TintypeError `INVALID_REQUEST` if the caller's function fails */
  headers(): Promise<RequestHeaders>
}

/** @throws TintypeError `INVALID_REQUEST` if the URL is not http(s), or is omitted outside a page */
export function createConnection(options: ConnectionOptions): Connection {
  return {
    url: readUrl(options.url),
    fetch: options.fetch,
    async headers() {
      try {
        return { ...(typeof options.headers === 'function' ? await options.headers() : options.headers) }
      } catch (cause) {
        throw toTintypeError(cause, 'The function for the headers of the request failed')
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
  // `localhost:3000` is a URL with the scheme `localhost:`. Only the host is repeated, because the rest can be secret.
  const host = /^[\w.-]+(:\d+)?(?=\/|$)/.exec(String(url ?? ''))?.[0]
  const hint = host === undefined ? '' : `; did you mean http://${host}?`
  throw new TintypeError(
    'INVALID_REQUEST',
    `The url of the server must start with http:// or https://${hint}`,
    { cause },
  )
}
