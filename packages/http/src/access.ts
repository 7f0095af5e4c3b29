import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type Caller, openCaller, type Right, refusalOf, TintypeError } from '@tintype/contract'
import { hasManyHosts, isLoopbackHost, type ParsedHost, parseHost } from './protocol/host.ts'
import { setHeaders } from './protocol/set-headers.ts'
import type { Handler, RequestState } from './state.ts'

/** The address that Tintype listens on, and the names it is reached by. */
export interface AccessOptions {
  readonly isLoopback: boolean
  readonly isOpen: boolean
  readonly publicUrl?: string | undefined
  /** As browsers send them. */
  readonly corsOrigins: readonly string[]
}

/** The part of a request that access depends on. */
export interface AccessRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
}

/** Who may do what. The app and the fast path share one. */
export interface Access {
  /** Refuses a request for its Host or Origin. @throws HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED */
  assertAllowed(request: AccessRequest): void
  /**
   * The caller of a request that is allowed. It may have to wait, so only the app asks. The fast path does not: it answers
   * what everyone may read, and refusals.
   */
  authenticate(request: AccessRequest): Caller | Promise<Caller>
  /** Headers that let a page of an allowed origin read the answer, and keep caches right. */
  corsHeaders(request: AccessRequest): Readonly<Record<string, string>>
  /** Headers of the answer to a preflight, besides `corsHeaders`; `undefined` if the request is no preflight. */
  preflightHeaders(request: AccessRequest): Readonly<Record<string, string>> | undefined
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What exists and nothing else (threat B232); answers are the same for every page, so they can be kept. */
const preflightAnswer = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, DELETE',
  'Access-Control-Allow-Headers':
    'Authorization, Content-Type, Content-Disposition, Content-Digest, Repr-Digest, Idempotency-Key, ' +
    'trpc-accept, Range, If-None-Match, If-Match, If-Range',
  'Access-Control-Max-Age': '600',
}
const exposedHeaders = 'Location, ETag, Retry-After, Content-Range, X-Request-Id, Idempotent-Replayed'

/**
 * Decides which requests are allowed, by the two headers that a browser's page cannot forge.
 *
 * `Host`: listening on loopback, only loopback names and the public URL's host are answered, so that no name
 * can be rebound to this machine and read or write as if it were the same origin. On an open address with a
 * public URL, addresses are answered as well; without one any name is.
 *
 * `Origin` of requests that change something, whatever their content type, because forms send `text/plain` and
 * `multipart/form-data` without asking first (threats B231, B233): the same origin, the public one, those that
 * are listed, and any loopback one while listening on loopback. Programs send none and are let in.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol, docs/configuration.md
 */
export function createAccess(options: AccessOptions): Access {
  const isAllowed = (request: AccessRequest, origin: string) =>
    isOwnOrigin(options, { host: request.headers.host, origin }) || isAllowedForeign(options, origin)
  const isPreflight = ({ method, headers }: AccessRequest) =>
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  // Without any of these no page of another origin can read anything, so answers do not depend on the Origin.
  const dependsOnOrigin =
    options.corsOrigins.length > 0 || options.publicUrl !== undefined || options.isLoopback
  // Nearly all requests have the same Host, and comparing it is faster than parsing it.
  let served: string | undefined
  return {
    assertAllowed(request) {
      const { host, origin } = request.headers
      if (host === undefined || host !== served) {
        if (!isServedHost(options, host)) throw refuseHost(host)
        served = host
      }
      if (safeMethods.has(request.method) && !isPreflight(request)) return
      const isCrossSite = request.headers['sec-fetch-site'] === 'cross-site'
      if (origin === undefined ? isCrossSite : !isAllowed(request, origin)) throw refuseOrigin(origin)
    },
    authenticate: () => openCaller,
    corsHeaders({ headers: { host, origin } }) {
      const vary = dependsOnOrigin ? { Vary: 'Origin' } : undefined
      if (origin === undefined || isOwnOrigin(options, { host, origin })) return { ...vary }
      if (!isAllowedForeign(options, origin)) return { ...vary }
      return {
        ...vary,
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Expose-Headers': exposedHeaders,
      }
    },
    preflightHeaders: (request) => (isPreflight(request) ? preflightAnswer : undefined),
  }
}

/** An address that is neither loopback nor declared open cannot be configured; it would be treated as closed. */
function isStrict({ isLoopback, isOpen }: AccessOptions): boolean {
  return isLoopback || !isOpen
}

function isServedHost(options: AccessOptions, header: string | undefined): boolean {
  const isAnyNameServed = !isStrict(options) && options.publicUrl === undefined
  // HTTP/1.0 knows requests without a Host.
  if (header === undefined) return isAnyNameServed
  const host = parseHost(header)
  if (host === undefined) return false
  if (isAnyNameServed || isLoopbackHost(host.name) || isPublicHost(options, host)) return true
  return !isStrict(options) && host.isAddress
}

/** The port does not count: a proxy in front of Tintype may listen on another one. */
function isPublicHost({ publicUrl }: AccessOptions, { name }: ParsedHost): boolean {
  return publicUrl !== undefined && parseHost(new URL(publicUrl).host)?.name === name
}

/** Whether a page has the origin under which this very request reached us; `https` only behind a public `https` URL. */
function isOwnOrigin(
  { publicUrl }: AccessOptions,
  { host, origin }: { readonly host: string | undefined; readonly origin: string },
): boolean {
  const authority = parseHost(host)?.authority
  if (authority === undefined) return false
  const schemes = publicUrl?.startsWith('https:') ? ['http', 'https'] : ['http']
  return schemes.some((scheme) => URL.parse(`${scheme}://${authority}`)?.origin === origin)
}

function isAllowedForeign(options: AccessOptions, origin: string): boolean {
  if (origin === options.publicUrl || options.corsOrigins.includes(origin)) return true
  if (!options.isLoopback || !/^https?:\/\//.test(origin)) return false
  // A front end in development has its own port. `null`, user info and paths are no origin (threat B231).
  const url = URL.parse(origin)
  return url !== null && url.origin === origin && isLoopbackHost(parseHost(url.host)?.name ?? '')
}

function refuseHost(host: string | undefined): TintypeError {
  return new TintypeError(
    'HOST_NOT_ALLOWED',
    'Expected the Host of this machine or the one of TINTYPE_PUBLIC_URL',
    { facts: { received: host?.slice(0, 200) ?? null } },
  )
}

function refuseOrigin(origin: string | undefined): TintypeError {
  return new TintypeError(
    'ORIGIN_NOT_ALLOWED',
    'Expected a page of this server, of TINTYPE_PUBLIC_URL or of an origin listed in TINTYPE_CORS_ORIGINS',
    { facts: { received: origin?.slice(0, 200) ?? null } },
  )
}

/**
 * Refuses a request, or puts its caller into the state. Answers CORS preflights, and sets the headers that let pages of
 * allowed origins read the answer, errors included.
 *
 * @throws HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED
 */
export function identifyCaller(access: Access): Handler {
  return (ctx, next) => {
    const request: AccessRequest = { method: ctx.method, headers: ctx.req.headers }
    const { Vary, ...headers } = access.corsHeaders(request)
    if (Vary !== undefined) ctx.vary(Vary)
    access.assertAllowed(request)
    setHeaders(ctx.res, headers)
    const preflight = access.preflightHeaders(request)
    if (preflight !== undefined) {
      setHeaders(ctx.res, preflight)
      ctx.status = 204
      return
    }
    const caller = access.authenticate(request)
    if (caller instanceof Promise) return proceedAs(caller)
    ctx.state.tintype.caller = caller
    return next()

    async function proceedAs(found: Promise<Caller>) {
      ctx.state.tintype.caller = await found
      return next()
    }
  }
}

/**
 * Whether the app would let a request pass by its Host and Origin. For the fast path, which leaves every other request to
 * the app.
 */
export function isAllowed(access: Access, req: IncomingMessage): boolean {
  if (hasManyHosts(req)) return false
  try {
    access.assertAllowed({ method: req.method ?? '', headers: req.headers })
    return true
  } catch {
    return false
  }
}

/**
 * Every route for photos calls this before it does anything; those for operations and the web bundle need no right.
 *
 * @throws UNAUTHENTICATED, FORBIDDEN if the caller lacks the right
 */
export function requireRight(
  ctx: { readonly state: { readonly tintype: Pick<RequestState, 'caller'> } },
  right: Right,
): void {
  const refusal = refusalOf(ctx.state.tintype.caller, right)
  if (refusal !== undefined) throw refusal
}
