import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type Caller, openCaller, type Right, refusalOf, TintypeError } from '@tintype/contract'
import { createMediaPermits, type PermitMedia } from '../media/media-permit.ts'
import { hasManyHosts, isLoopbackHost, type ParsedHost, parseHost } from '../protocol/host.ts'
import { setHeaders } from '../protocol/set-headers.ts'
import type { Handler, RequestState } from '../state.ts'
import type { ClosedAccess } from './closed-access.ts'
import { createRequestCounter, type RateOptions, type RequestCounter } from './count-requests.ts'

/** The address that Tintype listens on, the names it is reached by, and who may do what. */
export interface AccessOptions extends RateOptions {
  readonly isLoopback: boolean
  readonly isOpen: boolean
  /** Origin of the public URL. */
  readonly publicOrigin?: string | undefined
  /** As browsers send them. */
  readonly corsOrigins: readonly string[]
  /** Request headers that pages of other origins may send, besides those that are read. @default none */
  readonly corsHeaders?: readonly string[] | undefined
  /** Names that are answered besides the usual ones, as `parseHost` has them. @default none */
  readonly allowedHosts?: readonly string[] | undefined
  /** Absent if every caller may do everything. */
  readonly closed?: ClosedAccess | undefined
}

/** The part of a request that access depends on. */
export interface AccessRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
}

/** Decides which requests are allowed, and which rights their callers have. The app and the fast path share one. */
export interface Access
  extends Pick<RequestCounter, 'addressOf' | 'clientOf' | 'countRequest' | 'countUpload' | 'shareOf'> {
  /** Absent if every caller may do everything. */
  readonly closed?: ClosedAccess | undefined
  /** Refuses a request for its Host or Origin. @throws HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED */
  assertAllowed(request: AccessRequest): void
  /**
   * The caller of a request that is allowed. It may have to wait, so only the app calls it. The fast path needs no caller:
   * it answers what everyone may read, what a signature permits, and refusals.
   *
   * @throws UNAUTHENTICATED, RATE_LIMITED, ORIGIN_NOT_ALLOWED, IDENTITY_UNAVAILABLE
   */
  authenticate(req: IncomingMessage): Caller | Promise<Caller>
  /** What a media URL permits on top of the caller's rights. @throws INVALID_SIGNATURE, URL_EXPIRED */
  readonly permitMedia: PermitMedia
  /** Headers that let a page of an allowed origin read the answer, and keep caches right. */
  corsHeaders(request: AccessRequest): Readonly<Record<string, string>>
  /** Headers of the answer to a preflight, besides `corsHeaders`; `undefined` if the request is no preflight. */
  preflightHeaders(request: AccessRequest): Readonly<Record<string, string>> | undefined
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Only methods and headers that exist (threat B232). The same for every page, so that caches may keep it. */
const preflightAnswer = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, DELETE',
  'Access-Control-Allow-Headers':
    'Authorization, Content-Type, Content-Disposition, Content-Digest, Repr-Digest, Idempotency-Key, ' +
    'trpc-accept, x-trpc-source, Range, If-None-Match, If-Match, If-Range, X-Request-Id, ' +
    'Cache-Control, X-Requested-With, ' + // upload widgets add these
    'traceparent, tracestate, baggage, sentry-trace', // tools that trace requests add these to those of a page
  'Access-Control-Max-Age': '600',
}
const exposedHeaders = 'Location, ETag, Retry-After, Content-Range, X-Request-Id, Idempotent-Replayed'

/**
 * Decides which requests are allowed, by the two headers that a page in a browser cannot forge.
 *
 * `Host`: a server on loopback answers only loopback names and the public URL's host. Otherwise a page could rebind its own
 * name to this machine, and read and write as the same origin. On an open address with a public URL, IP addresses are
 * allowed as well; without a public URL and a list of hosts, any name is.
 *
 * `Origin`, of requests that change something: allowed are the same origin, the public one, the listed ones, and any
 * loopback origin if the server listens on loopback. The content type does not matter, because forms send `text/plain` and
 * `multipart/form-data` without a preflight (threats B231, B233). Programs send no Origin and are allowed.
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
  // If none of these is set, no page of another origin can read anything, and answers do not depend on the Origin.
  const dependsOnOrigin =
    options.corsOrigins.length > 0 || options.publicOrigin !== undefined || options.isLoopback
  const vary = dependsOnOrigin ? { Vary: 'Origin' } : {}
  // Nearly all requests have the same Host, and comparing it is faster than parsing it.
  let served: string | undefined
  const { closed } = options
  const added = options.corsHeaders ?? []
  const preflightHeaders = {
    ...preflightAnswer,
    'Access-Control-Allow-Headers': [preflightAnswer['Access-Control-Allow-Headers'], ...added].join(', '),
  }
  const counter = createRequestCounter(options)
  return {
    closed,
    permitMedia: createMediaPermits(closed),
    addressOf: counter.addressOf,
    countRequest: counter.countRequest,
    countUpload: counter.countUpload,
    shareOf: counter.shareOf,
    clientOf: counter.clientOf,
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
    authenticate(req) {
      if (closed === undefined) return openCaller
      const authorization = credentialsOf(req)
      const { origin } = req.headers
      return closed.authenticator.authenticate({ authorization, address: counter.addressOf(req), origin })
    },
    corsHeaders({ headers: { host, origin } }) {
      if (origin === undefined || isOwnOrigin(options, { host, origin })) return vary
      if (!isAllowedForeign(options, origin)) return { ...vary }
      return {
        ...vary,
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Expose-Headers': exposedHeaders,
      }
    },
    preflightHeaders: (request) => (isPreflight(request) ? preflightHeaders : undefined),
  }
}

/** The value of each header `Authorization`. Node keeps only the first one in `headers`, and makes all others for `headersDistinct`. */
function credentialsOf({ headers, rawHeaders }: IncomingMessage): readonly string[] {
  if (headers.authorization === undefined) return []
  return rawHeaders.filter((_, at) => at % 2 === 1 && isAuthorization(rawHeaders[at - 1]))
}

const isAuthorization = (name = '') => name.length === 13 && name.toLowerCase() === 'authorization'

/** On loopback, and for an address that is neither open nor closed, which cannot be configured, few names are answered. */
function isStrict({ isLoopback, isOpen, closed }: AccessOptions): boolean {
  return isLoopback || (!isOpen && closed === undefined)
}

function isServedHost(options: AccessOptions, header: string | undefined): boolean {
  const listed = options.allowedHosts ?? []
  const isAnyNameServed = !isStrict(options) && options.publicOrigin === undefined && listed.length === 0
  // HTTP/1.0 allows requests without a Host.
  if (header === undefined) return isAnyNameServed
  const host = parseHost(header)
  if (host === undefined) return false
  if (isAnyNameServed || isLoopbackHost(host.name) || isPublicHost(options, host)) return true
  if (listed.includes(host.name)) return true
  return !isStrict(options) && host.isAddress
}

/** Ports are not compared: a proxy in front of Tintype may listen on another one. */
function isPublicHost({ publicOrigin }: AccessOptions, { name }: ParsedHost): boolean {
  return publicOrigin !== undefined && parseHost(new URL(publicOrigin).host)?.name === name
}

/** Whether the page's origin is the one that this request was sent to. `https` counts only if the public URL is `https`. */
function isOwnOrigin(
  { publicOrigin }: AccessOptions,
  { host, origin }: { readonly host: string | undefined; readonly origin: string },
): boolean {
  const authority = parseHost(host)?.authority
  if (authority === undefined) return false
  const schemes = publicOrigin?.startsWith('https:') ? ['http', 'https'] : ['http']
  return schemes.some((scheme) => URL.parse(`${scheme}://${authority}`)?.origin === origin)
}

function isAllowedForeign(options: AccessOptions, origin: string): boolean {
  if (origin === options.publicOrigin || options.corsOrigins.includes(origin)) return true
  if (!options.isLoopback || !/^https?:\/\//.test(origin)) return false
  // A front end in development has its own port. `null`, user info and paths are not origins (threat B231).
  const url = URL.parse(origin)
  return url !== null && url.origin === origin && isLoopbackHost(parseHost(url.host)?.name ?? '')
}

function refuseHost(host: string | undefined): TintypeError {
  return new TintypeError(
    'HOST_NOT_ALLOWED',
    'The Host is not allowed. Expected a name of this machine, the host of the public URL (TINTYPE_PUBLIC_URL, or the option ' +
      'publicUrl), or one listed in TINTYPE_ALLOWED_HOSTS (or allowedHosts)',
    { facts: { received: host?.slice(0, 200) ?? null } },
  )
}

function refuseOrigin(origin: string | undefined): TintypeError {
  return new TintypeError(
    'ORIGIN_NOT_ALLOWED',
    'The Origin is not allowed. Expected this server, the public URL (TINTYPE_PUBLIC_URL, or the option publicUrl) or an ' +
      'origin listed in TINTYPE_CORS_ORIGINS (or corsOrigins)',
    { facts: { received: origin?.slice(0, 200) ?? null } },
  )
}

/**
 * Refuses a request, or puts its caller into the state. Answers CORS preflights, and sets the headers that let pages of
 * allowed origins read the answer, errors included.
 *
 * @param options.probePaths answered without a Host too: health checks of load balancers send none. A page cannot leave its
 *   Host out, so the check of names loses nothing
 * @throws HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED, and what `authenticate` throws
 */
export function identifyCaller(
  access: Access,
  { probePaths = [] }: { readonly probePaths?: readonly string[] } = {},
): Handler {
  return (ctx, next) => {
    const request: AccessRequest = { method: ctx.method, headers: ctx.req.headers }
    const { host, origin } = request.headers
    const isProbe = !host && origin === undefined && probePaths.includes(ctx.path.replace(/\/$/, ''))
    const { Vary, ...headers } = access.corsHeaders(request)
    if (Vary !== undefined) ctx.vary(Vary)
    if (!isProbe) access.assertAllowed(request)
    setHeaders(ctx.res, headers)
    const preflight = access.preflightHeaders(request)
    if (preflight !== undefined) {
      setHeaders(ctx.res, preflight)
      ctx.status = 204
      return
    }
    const caller = access.authenticate(ctx.req)
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
 * Every route for photos calls this first. Operations and the web bundle need no right.
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
