import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { problemMediaType, TintypeError, toProblem } from '@tintype/contract'
import { holdContinue } from './http/expect-continue.ts'

/** A server that takes requests. */
export interface Listening {
  /** Where it can be reached, with the port that was really taken. */
  readonly url: string
  /** Takes no more connections; resolves when the requests under way have been answered. Idle connections are closed. */
  close(): Promise<void>
  /** Cuts every connection. */
  destroy(): void
}

/** What a request may take before its handler sees it (threats B066, B069). */
const headersTimeoutMs = 10_000
const connectionsCheckMs = 1000
const keepAliveTimeoutMs = 65_000

/**
 * Opens the HTTP server.
 *
 * @param handler Koa's callback, or any other
 * @throws the native error where the address cannot be taken
 */
export async function listen(
  handler: (req: IncomingMessage, res: ServerResponse) => unknown,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  const server = createServer({
    connectionsCheckingInterval: connectionsCheckMs,
    headersTimeout: headersTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    requestTimeout: 0, // an upload's own deadline slides with its progress (B067)
  })
  server.on('request', handler)
  server.on('checkContinue', (req, res) => {
    holdContinue(req)
    handler(req, res)
  })
  server.on('clientError', refuse)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    url: urlOf(server, host),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
    destroy: () => server.closeAllConnections(),
  }
}

/** Answers what is not HTTP, or not in time, in the form of every other error, and closes (threat B063). */
function refuse(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const isSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const isLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const own = isSlow
    ? new TintypeError('UPLOAD_TIMEOUT', 'The request line and headers did not arrive in time')
    : new TintypeError('INVALID_REQUEST', isLarge ? 'The headers are too large' : 'This is not a valid HTTP request')
  const body = JSON.stringify(toProblem(own, ''))
  const status = isSlow ? '408 Request Timeout' : isLarge ? '431 Request Header Fields Too Large' : '400 Bad Request'
  const head = [`HTTP/1.1 ${status}`, 'Connection: close', `Content-Type: ${problemMediaType}`]
  socket.end([...head, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'))
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
