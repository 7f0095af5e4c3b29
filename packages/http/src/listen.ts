import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { promisify } from 'node:util'
import { TintypeError } from '@tintype/contract'
import { joinChunks } from './body/join-chunks.ts'
import { type ConnectionLimits, connectionLimits } from './connection-limits.ts'
import { endConnection, ignoreInput, leaveBody } from './discard/lingering-close.ts'
import { type ConnectionShares, type CutReason, limitConnections } from './limit-connections.ts'
import { holdContinue } from './protocol/expect-continue.ts'
import { type ErrorForm, errorFormOf, renderProblem } from './protocol/render-problem.ts'
import { setHeaders } from './protocol/set-headers.ts'
import { takeTurns } from './take-turns.ts'

/** A listening server. */
export interface Listening {
  /** Its URL, with the port that it really listens on and the base path. */
  readonly url: string
  /**
   * Accepts no more connections, and closes idle ones, after a second also those whose request is not there yet. Resolves when the
   * requests in progress have been answered.
   */
  close(): Promise<void>
  /** Closes every connection at once. */
  destroy(): void
  /** Connections now: `active` ones have a request that is not answered completely, `idle` ones have none. */
  countConnections(): Promise<{ readonly active: number; readonly idle: number }>
}

/** A request that was refused before any handler saw it. */
export interface RefusedRequest {
  readonly requestId: string
  readonly code: string
  readonly status: number
  /** The address of the peer, which may be a proxy's; `undefined` if the connection is gone. */
  readonly client: string | undefined
}

/** How the server listens. */
export interface ListenOptions {
  readonly host: string
  /** 0 picks any free port. */
  readonly port: number
  /** As `HttpOptions.basePath`; the root if omitted. */
  readonly basePath?: string | undefined
  /** Called for each request that was refused before any handler saw it. */
  readonly onRefused: (facts: RefusedRequest) => void
  /** The client that a connection counts for; `undefined` for one without a limit of its own. Default: none has one. */
  readonly clientOf?: ((socket: Socket) => string | undefined) | undefined
  /** The client that a request comes from, behind trusted proxies too, for the log. Default: its connection's peer. */
  readonly addressOf?: ((req: IncomingMessage) => string) | undefined
  /** Called for each connection that is closed because of a limit, with its client, or that of its request behind a trusted proxy. */
  readonly onCut?: ConnectionShares['onCut'] | undefined
  /** Override the usual ones. */
  readonly limits?: Partial<ConnectionLimits>
}

/**
 * Opens the HTTP server.
 *
 * @param handler Koa's callback, or any other
 * @throws the native error if the server cannot listen on the address
 */
export async function listen(
  handler: (req: IncomingMessage, res: ServerResponse) => unknown,
  { host, port, basePath = '', onRefused, limits, ...shares }: ListenOptions,
): Promise<Listening> {
  const { checkMs, lastHeadersMs, headersTimeoutMs, keepAliveTimeoutMs, stalledTimeoutMs, ...most } = {
    ...connectionLimits,
    ...limits,
  }
  const { clientOf = () => undefined, addressOf, onCut = () => undefined } = shares
  const senderOf = (req: IncomingMessage) => addressOf?.(req) ?? req.socket.remoteAddress
  const server = createServer({
    connectionsCheckingInterval: checkMs,
    headersTimeout: headersTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    optimizeEmptyRequests: true, // a request without a body needs no events of a stream
    requireHostHeader: false, // Node's own refusal has no body; see below
    requestTimeout: 0, // an upload's deadline moves with its progress instead (B067)
  })
  server.setTimeout(stalledTimeoutMs)
  server.maxConnections = most.maxConnections
  // a client that has sent everything may close its side and still wait for the answer (B074)
  Object.assign(server, { httpAllowHalfOpen: true })
  const answering = new Set<ServerResponse>()
  const answerOn = (socket: unknown) => answering.values().find((one) => one.socket === socket)
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const findBusy = () => new Set(Array.from(answering, ({ req }) => req.socket))
  const connections = limitConnections(server, {
    maxEach: most.maxConnectionsEach,
    barAfter: most.barAfter,
    barMs: most.barMs,
    clientOf,
    findBusy,
    onCut,
  })
  server.on('timeout', (socket) => {
    // without a request in progress it was kept open for the next one
    const stalled = answerOn(socket)
    if (stalled) onCut('seconds without progress', clientOf(socket) ?? senderOf(stalled.req))
    socket.destroy()
  })
  const cut = (req: IncomingMessage, reason: CutReason) => {
    onCut(reason, clientOf(req.socket) ?? senderOf(req))
    connections.report(req.socket, reason)
  }
  const begin = (req: IncomingMessage, res: ServerResponse) => {
    answering.add(res)
    if (!server.listening) res.shouldKeepAlive = false
    // HTTP/1.0 allows requests without a Host (RFC 9112 §3.2)
    if (req.headers.host === undefined && req.httpVersion === '1.1')
      answerRefusal(req, res, { own: noHost, status: 400 })
    else handler(req, res)
  }
  const hand = takeTurns(begin, {
    onEnd: (res) => answering.delete(res),
    onExcess(req) {
      cut(req, 'requests in a pipeline')
    },
  })
  const answerRefusal = (
    req: IncomingMessage,
    res: ServerResponse,
    { own, status }: { readonly own: TintypeError; readonly status: number },
  ) => {
    const form = errorFormOf(req.url, basePath)
    const { requestId, fields, body } = problemAnswer(own, { status, form })
    res.shouldKeepAlive = false
    res.statusCode = status
    setHeaders(res, fields)
    if (!leaveBody(req, res, body)) res.end(body)
    onRefused({ requestId, code: own.code, status, client: senderOf(req) })
  }
  const boundChunks = (req: IncomingMessage) => {
    newest.set(req.socket, req)
    joinChunks(req, () => {
      const { socket } = req
      refuse({ code: tinyChunks }, socket, { res: answerOn(socket), onRefused })
      cut(req, 'tiny chunks')
    })
  }
  const receive = (req: IncomingMessage, res: ServerResponse) => {
    boundChunks(req)
    hand(req, res)
  }
  server.on('request', receive)
  server.on('checkContinue', (req, res) => {
    holdContinue(req)
    receive(req, res)
  })
  server.on('checkExpectation', (req, res: ServerResponse) => {
    boundChunks(req)
    holdContinue(req)
    answerRefusal(req, res, { own: unknownExpectation, status: 417 })
  })
  server.on('clientError', (error, socket) => {
    refuse({ code: (error as NodeJS.ErrnoException).code }, socket as Socket, {
      res: answerOn(socket),
      onRefused,
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    url: urlOf(server, host) + basePath,
    close: () =>
      new Promise((resolve) => {
        const endOthers = setTimeout(() => {
          const busy = findBusy()
          for (const socket of sockets) if (!busy.has(socket)) socket.destroy()
        }, lastHeadersMs)
        // closes idle connections too
        server.close(() => {
          clearTimeout(endOthers)
          resolve()
        })
        // busy connections would be kept open for the next request
        for (const res of answering) {
          res.shouldKeepAlive = false
          res.once('finish', () => setImmediate(() => server.closeIdleConnections()))
        }
      }),
    destroy: () => server.closeAllConnections(),
    async countConnections() {
      const all = await promisify(server.getConnections.bind(server))()
      const active = findBusy().size
      return { active, idle: Math.max(0, all - active) }
    },
  }
}

/** Connections that are closed when their answer in progress has been sent. */
const closing = new WeakSet<Socket>()

/** The newest request of each connection. */
const newest = new WeakMap<Socket, IncomingMessage>()

const requestTimeout = 'ERR_HTTP_REQUEST_TIMEOUT'
const tinyChunks = 'TINY_CHUNKS'

/** What is refused before any handler could read it, by the code of Node's error or of ours. */
const refusals: ReadonlyMap<string, { readonly reason: string; readonly detail: string }> = new Map([
  [
    requestTimeout,
    {
      reason: '408 Request Timeout',
      detail: 'The request line and headers did not arrive in time. Send them again, faster',
    },
  ],
  [
    'HPE_HEADER_OVERFLOW',
    {
      reason: '431 Request Header Fields Too Large',
      detail: 'The headers are too large. Expected at most 16 KiB',
    },
  ],
  [
    tinyChunks,
    {
      reason: '400 Bad Request',
      detail:
        'The body came in more than 1 024 chunks of less than 64 bytes at once, or far more framing than bytes. Send larger chunks',
    },
  ],
])

const notHttp = { reason: '400 Bad Request', detail: 'The request is not valid HTTP' }

/**
 * Answers a request that is not HTTP, or too slow, in the same form as every other error, and closes the connection (threat
 * B063). It never writes into an answer in progress on that connection: if the request of that answer is complete, the
 * answer is sent first.
 */
function refuse(
  error: { readonly code?: string | undefined },
  socket: Socket,
  { res, onRefused }: { res: ServerResponse | undefined; onRefused: ListenOptions['onRefused'] },
): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  if (res?.req.complete) {
    if (closing.has(socket)) return
    closing.add(socket)
    res.shouldKeepAlive = false
    ignoreInput(socket)
    // Node would destroy the connection with its last answer: a client that still sends would lose that answer
    socket.destroySoon = () => {}
    res.once('finish', () => endConnection(socket))
    return
  }
  if (res?.headersSent) return void socket.destroy()
  // the rest of a body whose request was answered: no request of its own
  if (!res && newest.get(socket)?.complete === false) return void endConnection(socket)
  const { reason, detail } = refusals.get(error.code ?? '') ?? notHttp
  const isSlow = error.code === requestTimeout
  const own = new TintypeError(isSlow ? 'UPLOAD_TIMEOUT' : 'INVALID_REQUEST', detail)
  const status = Number(reason.slice(0, 3))
  const { requestId, fields, body } = problemAnswer(own, { status, form: 'both' })
  const head = [`HTTP/1.1 ${reason}`, ...Object.entries(fields).map((field) => field.join(': '))]
  const message = [...head, '', body].join('\r\n')
  // a handler that has begun sees that its client is gone when this has ended; it writes nothing into a socket that has ended
  if (isSlow) socket.end(message, () => socket.destroy())
  else endConnection(socket, message)
  // if a handler has begun, the request has a log line already
  if (!res) onRefused({ requestId, code: own.code, status, client: socket.remoteAddress })
}

const noHost = new TintypeError('INVALID_REQUEST', 'The request has no Host header. HTTP/1.1 requires one')

const unknownExpectation = new TintypeError(
  'INVALID_REQUEST',
  'The Expect header is not supported. Expected 100-continue, or no Expect header',
)

/** Renders an error outside of any handler. It closes the connection. */
function problemAnswer(error: TintypeError, options: { status: number; form: ErrorForm }) {
  const requestId = randomUUID()
  const { fields, body } = renderProblem(error, requestId, options)
  return { requestId, fields: { ...fields, Connection: 'close', 'X-Request-Id': requestId }, body }
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
