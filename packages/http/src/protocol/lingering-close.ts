import type { IncomingMessage, ServerResponse } from 'node:http'
import { holdsBody } from './expect-continue.ts'
import { hasBody } from './request-body.ts'

/** Bytes of an unread body that are still read, so that the connection can be used again. */
const drainByteSize = 1024 * 1024
/** Milliseconds in which a client that keeps sending can notice the answer. */
const lingerMs = 2000

/**
 * Answers a request with a body that was not read to its end. A short rest is drained, and the connection stays open.
 * Otherwise the connection closes after a moment in which the client can read the answer. Closing it while the client still
 * sends would reset the connection, and the answer would be lost (threats B039, B075).
 *
 * Status and headers must be set, `Content-Length` among them.
 *
 * @param answer the body to send
 * @returns whether the answer was sent; if not, the caller sends it
 */
export function leaveBody(req: IncomingMessage, res: ServerResponse, answer: string): boolean {
  if (req.readableEnded || req.destroyed || !hasBody(req)) return false
  const isHeld = holdsBody(req)
  const isShort = Number(req.headers['content-length'] ?? Number.POSITIVE_INFINITY) <= drainByteSize
  const livesOn = isShort && !isHeld
  if (!livesOn) res.setHeader('Connection', 'close')
  // after Expect without 100 Continue, the next bytes can be the body or another request (B070)
  if (isHeld) return false
  if (livesOn) {
    drain(req, () => req.readableEnded || req.destroy())
    return false
  }
  res.write(answer)
  drain(req, () => res.end()) // Node closes the connection with the answer's end
  return true
}

/** Calls back once: when the body has ended, the client has left, or the time is over. */
function drain(req: IncomingMessage, onLeft: () => unknown): void {
  let drained = 0
  req.on('data', (chunk: Buffer) => {
    drained += chunk.length
    if (drained > drainByteSize) req.pause() // from here on only the kernel's buffers take bytes
  })
  req.on('error', () => {}) // the client may leave at any moment, which is not an error
  req.resume()
  const leave = () => {
    clearTimeout(timer)
    req.off('end', leave).off('close', leave)
    onLeft()
  }
  const timer = setTimeout(leave, lingerMs)
  req.once('end', leave).once('close', leave)
}
