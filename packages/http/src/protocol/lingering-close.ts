import type { IncomingMessage, ServerResponse } from 'node:http'
import { holdsBody } from './expect-continue.ts'

/** Bytes of an unread body that are still taken, so that the connection can go on. */
const drainByteSize = 1024 * 1024
/** How long a client that keeps sending may take to notice the answer. */
const lingerMs = 2000

/**
 * Answers a request whose body was not read to its end. A short rest is drained and the connection lives on.
 * Otherwise the connection closes, but not before the client has had a moment to read the answer: closing
 * while it still sends would reset the connection, and the answer would be lost with it (threats B039, B075).
 *
 * Status and headers must be set, `Content-Length` among them.
 *
 * @param answer the body to send
 * @returns whether the answer is sent here; otherwise the caller sends it
 */
export function leaveBody(req: IncomingMessage, res: ServerResponse, answer: string): boolean {
  if (req.readableEnded || req.destroyed || !hasBody(req)) return false
  const isHeld = holdsBody(req)
  const isShort = Number(req.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= drainByteSize
  const livesOn = isShort && !isHeld
  if (!livesOn) res.setHeader('Connection', 'close')
  // a client that was never told to go on sends its body or its next request, and nobody can tell which (B070)
  if (isHeld) return false
  if (livesOn) {
    drain(req, () => req.readableEnded || req.destroy())
    return false
  }
  res.write(answer)
  drain(req, () => res.end()) // Node closes the connection with the answer's end
  return true
}

/** Calls back once: when the body has ended, the client has gone, or the linger is over. */
function drain(req: IncomingMessage, onLeft: () => unknown): void {
  let drained = 0
  req.on('data', (chunk: Buffer) => {
    drained += chunk.length
    if (drained > drainByteSize) req.pause() // the kernel's buffers are the rest of the linger
  })
  req.on('error', () => {}) // the client may go at any moment; nothing waits for it
  req.resume()
  const leave = () => {
    clearTimeout(timer)
    req.off('end', leave).off('close', leave)
    onLeft()
  }
  const timer = setTimeout(leave, lingerMs)
  req.once('end', leave).once('close', leave)
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
