import type { IncomingMessage, ServerResponse } from 'node:http'

const awaiting = new WeakSet<IncomingMessage>()

/** Notes that the client waits for `100 Continue` before it sends its body. */
export function holdContinue(req: IncomingMessage): void {
  awaiting.add(req)
}

/**
 * Lets a waiting client send its body. A request that is refused before gets its answer instead, and the bytes
 * are never sent (threat B070; RFC 9110 §10.1.1).
 */
export function sendContinue(req: IncomingMessage, res: ServerResponse): void {
  if (awaiting.delete(req)) res.writeContinue()
}

/** Whether the client still holds its body back. */
export function holdsBody(req: IncomingMessage): boolean {
  return awaiting.has(req)
}
