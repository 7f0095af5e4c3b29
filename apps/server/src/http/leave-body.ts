import type { IncomingMessage, ServerResponse } from 'node:http'

/** Bytes of an unread body that are still taken, so that the connection can go on. */
const drainByteSize = 1024 * 1024
/** How long a client that keeps sending may take to notice the answer. */
const lingerMs = 2000

/**
 * Ends a request whose answer is decided before its body was read. A short rest is drained and the connection
 * lives on; otherwise the connection is told to close, and the client has a moment to read the answer before it
 * does, because closing at once would reset the connection and lose the answer (threats B039, B075).
 *
 * Call before the answer is sent.
 */
export function leaveBody(req: IncomingMessage, res: ServerResponse): void {
  if (req.readableEnded || req.destroyed || !hasBody(req)) return
  const rest = Number(req.headers['content-length'] ?? Number.POSITIVE_INFINITY)
  if (!(rest <= drainByteSize)) {
    res.setHeader('Connection', 'close')
    res.shouldKeepAlive = false
  }
  let drained = 0
  req.on('data', (chunk: Buffer) => {
    drained += chunk.length
    if (drained > drainByteSize) req.pause() // the kernel's buffers are the rest of the linger
  })
  req.on('error', () => {}) // the client may go at any moment; nothing waits for it
  req.resume()
  res.once('finish', () => {
    if (req.readableEnded) return
    const timer = setTimeout(() => req.destroy(), lingerMs)
    req.once('close', () => clearTimeout(timer))
    req.once('end', () => clearTimeout(timer))
  })
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
