import { TintypeError } from '@tintype/contract'
import { loadRarelyNeeded } from '../load-rarely-needed.ts'
import { checkHeaders } from './check-headers.ts'
import { toTintypeError } from './to-tintype-error.ts'

/** Where the server is and how to reach it. */
export interface ConnectionOptions {
  /**
   * URL of the server, its base path included: absolute, or in a page root-relative. Media URLs in answers that are root-relative
   * begin with it as it is given, so that a page rendered on a server and in a browser has the same ones.
   *
   * @default in browsers the origin of the page; required elsewhere
   * @example 'https://photos.example.com'
   * @example '/api/tintype'
   */
  readonly url?: string | URL | undefined
  /**
   * Used for every request instead of the global `fetch`. It gets URLs that begin with `url` as it is given. An upload in a browser
   * then reports no progress between 0 and 1.
   */
  readonly fetch?: typeof fetch | undefined
  /**
   * Headers of every request: a record, or a function that makes one for each request. They do not replace those that an
   * upload sets: `Content-Type`, `Content-Disposition`, `Idempotency-Key`.
   *
   * @example { headers: async () => ({ Authorization: `Bearer ${await readToken()}` }) }
   */
  readonly headers?: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>) | undefined
  /**
   * The credential of every request: an upload token, an API key or a JWT. It is sent as `Authorization: Bearer …`, so leave
   * that out of `headers`. A function is called before the first request, and its answer is kept in memory. If the server
   * answers with `UNAUTHENTICATED`, the function is called again, once for all calls that were refused, and each of them is
   * sent once more.
   *
   * @default no credential
   * @example { token: async () => (await fetch('/api/upload-token', { method: 'POST' })).text() }
   */
  readonly token?: TokenSource | undefined
}

/**
 * A credential as text, or a function that returns one. An empty text means none. Spaces and newlines around it are left out. With
 * other characters than visible ASCII, every call fails with `INVALID_REQUEST` and the fact `header`.
 *
 * @param request.refused the token that the server refused; absent in the first call
 */
export type TokenSource = string | ((request: { readonly refused?: string }) => string | Promise<string>)

/** Header names and their values. */
export type RequestHeaders = Readonly<Record<string, string>>

/** The server of one client, and what its requests need. */
export interface Connection {
  /** URL of the server as it was given, without a slash at its end: absolute, root-relative, or empty. */
  readonly url: string
  /**
   * What makes a URL below `url` absolute: the page's origin, or nothing.
   *
   * @throws TintypeError `INVALID_REQUEST` if `url` is not absolute, and there is neither a page nor a `fetch`
   */
  origin(): string
  /** The caller's `fetch`, if it gave one. */
  readonly fetch: typeof fetch | undefined
  /** @throws TintypeError `INVALID_REQUEST` if a function of the caller fails, or a header or the token cannot be sent */
  authorize(): Promise<Authorization>
  /**
   * The error to report for a failed request: if the server does not allow the page's origin or a header, one that says so.
   * Browsers make an error of the network of it.
   */
  diagnose(error: TintypeError, authorization: Authorization | undefined): Promise<TintypeError>
}

/** What identifies the caller of one request. */
export interface Authorization {
  readonly headers: RequestHeaders
  /** Whether the request is to be sent again, because its token was refused and the next one can be another. */
  isRefused(error: TintypeError): boolean
}

/** @throws TintypeError `INVALID_REQUEST` if the URL is neither http(s) nor root-relative */
export function createConnection({
  url: given = '',
  fetch,
  headers,
  token = '',
}: ConnectionOptions): Connection {
  const url = readUrl(String(given))
  const isAbsolute = /^h/.test(url)
  let request: { readonly refused?: string } = {}
  let known: Promise<string> | undefined
  const connection: Connection = {
    url,
    fetch,
    origin() {
      // a caller's `fetch` may know where a path leads
      if (fetch || isAbsolute) return ''
      const origin = globalThis.location?.origin
      if (/^http/.test(origin)) return origin
      throw unusableUrl()
    },
    async authorize() {
      try {
        const own = typeof headers === 'function' ? await headers() : headers
        known ??= (async () => (typeof token === 'function' ? token(request) : token))()
        const current = known
        const text = (await current).trim()
        return {
          headers: checkHeaders({ ...own, ...(text && { Authorization: `Bearer ${text}` }) }),
          isRefused({ code }) {
            if (code !== 'UNAUTHENTICATED' || typeof token !== 'function') return false
            // unless another call, which was refused as well, asks already
            if (known === current) {
              known = undefined
              request = { refused: text }
            }
            return true
          },
        }
      } catch (cause) {
        known = undefined
        throw toTintypeError(cause, 'The headers or the token failed')
      }
    },
    async diagnose(error, authorization) {
      const { origin } = globalThis.location ?? {}
      if (error.code !== 'NETWORK_ERROR' || !origin || !isAbsolute || new URL(url).origin === origin)
        return error
      const { diagnoseRefusal } = await loadRarelyNeeded()
      return diagnoseRefusal(connection, error, authorization)
    },
  }
  return connection
}

function readUrl(url: string): string {
  try {
    const isRelative = /^(?:\/(?!\/)|$)/.test(url)
    const { origin, pathname } = new URL(url, isRelative ? 'http://page' : undefined)
    if (/^http/.test(origin)) return (isRelative ? '' : origin) + pathname.replace(/\/+$/, '')
  } catch {} // not repeated in the error, because it can be secret
  throw unusableUrl()
}

const unusableUrl = () =>
  new TintypeError('INVALID_REQUEST', 'Expected a url such as http://localhost:3000, or /api in a page')
