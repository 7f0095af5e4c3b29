import type { IncomingMessage, ServerResponse } from 'node:http'

const awaiting = new WeakSet<IncomingMessage>()

/** Records that the client waits for `100 Continue` before it sends its body. */
export function holdContinue(req: IncomingMessage): void {
  awaiting.add(req)
}

/**
 * Sends `100 Continue` if the client waits for it. A request that is refused earlier gets its answer instead, and its body
 * is never sent (threat B070; RFC 9110 §10.1.1).
 */
export function sendContinue(req: IncomingMessage, res: ServerResponse): void {
  if (awaiting.delete(req)) res.writeContinue()
}

/** Whether the client still waits before it sends its body. */
export function holdsBody(req: IncomingMessage): boolean {
  return awaiting.has(req)
}
