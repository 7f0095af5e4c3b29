import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type Caller, type Right, TintypeError } from '@tintype/contract'
import type { Middleware } from 'koa'
import { hasManyHosts, isLoopbackHost, type ParsedHost, parseHost } from './protocol/host.ts'
import { setHeaders } from './protocol/set-headers.ts'
import type { RequestState } from './state.ts'

/** How Tintype listens and what it is called, as in `Config['http']`. */
export interface AccessOptions {
  readonly isLoopback: boolean
  readonly isOpen: boolean
  readonly publicUrl?: string | undefined
  /** As browsers send them. */
  readonly corsOrigins: readonly string[]
}

/** The part of a request that decides. */
export interface AccessRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
}

/** The one place where a request becomes a caller with rights. */
export interface Access {
  /** @throws HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED */
  admit(request: AccessRequest): Caller
  /** Headers that let a page of another origin read the answer, where it may; also those that keep caches right. */
  corsHeaders(request: AccessRequest): Readonly<Record<string, string>>
  /** Headers of the answer to a preflight, besides `corsHeaders`; `undefined` where the request is none. */
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

/** Until there are keys, whoever is let in may do everything. */
const everyone: Caller = Object.freeze({ may: () => true })

/**
 * Decides who may come in, by the two headers that a browser's page cannot forge.
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
  // Without any of these no page elsewhere can read anything, so answers do not depend on who asks.
  const dependsOnOrigin =
    options.corsOrigins.length > 0 || options.publicUrl !== undefined || options.isLoopback
  // Nearly all requests come to the same host, and to read it takes longer than to compare it.
  let served: string | undefined
  return {
    admit(request) {
      const { host, origin } = request.headers
      if (host === undefined || host !== served) {
        if (!isServedHost(options, host)) throw refuseHost(host)
        served = host
      }
      if (safeMethods.has(request.method) && !isPreflight(request)) return everyone
      const isCrossSite = request.headers['sec-fetch-site'] === 'cross-site'
      if (origin === undefined ? isCrossSite : !isAllowed(request, origin)) throw refuseOrigin(origin)
      return everyone
    },
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

/** The port does not count: in front of Tintype may be something that listens on another one. */
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
 * Lets a request in as `ctx.state.caller`, or refuses it. Answers CORS preflights, and sets the headers that
 * let pages of allowed origins read what comes back, errors included.
 *
 * @throws HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED
 */
export function admitCaller(access: Access): Middleware<RequestState> {
  return (ctx, next) => {
    const request: AccessRequest = { method: ctx.method, headers: ctx.req.headers }
    const { Vary, ...headers } = access.corsHeaders(request)
    if (Vary !== undefined) ctx.res.setHeader('Vary', Vary) // nobody has named any before; who comes behind adds to it
    ctx.state.caller = access.admit(request)
    setHeaders(ctx.res, headers)
    const preflight = access.preflightHeaders(request)
    if (preflight === undefined) return next()
    setHeaders(ctx.res, preflight)
    ctx.status = 204
  }
}

/** Who asks, where the app need not be asked: `undefined` for a request that it refuses, or answers as a preflight. */
export function callerOf(access: Access, req: IncomingMessage): Caller | undefined {
  if (hasManyHosts(req)) return undefined
  try {
    return access.admit({ method: req.method ?? '', headers: req.headers })
  } catch {
    return undefined
  }
}

/**
 * Every route asks this before it does anything.
 *
 * @throws INTERNAL where nobody was admitted, which is a mistake in the order of middleware, or where the caller
 *         lacks the right, which nobody does before there are keys
 */
export function requireRight(ctx: { readonly state: { readonly caller?: Caller } }, right: Right): void {
  if (ctx.state.caller?.may(right)) return
  throw new TintypeError('INTERNAL', 'This request was not admitted')
}
