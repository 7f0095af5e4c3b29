import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Answers a request. */
type Handler = (req: IncomingMessage, res: ServerResponse) => void

/** Requests of one connection that may wait for the answer before them. */
const maxWaiting = 100

interface Waiting {
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

/** What happens besides. */
export interface TurnListeners {
  /** Called when a request that was handed over is over. */
  readonly onEnd: (res: ServerResponse) => void
  /** Called with the first request too many of a connection, which is then closed. */
  readonly onExcess: (req: IncomingMessage) => void
}

/**
 * Hands over the requests of a connection one after the other: the next one when the client has taken the answer before it.
 * Otherwise a client that sends many requests at once, and reads nothing, would have all of their answers made.
 */
export function takeTurns(handler: Handler, { onEnd, onExcess }: TurnListeners): Handler {
  const lines = new WeakMap<Socket, Waiting[]>()

  function begin({ req, res }: Waiting, line: Waiting[]): void {
    res.once('close', () => {
      onEnd(res)
      const next = line.shift()
      if (next === undefined) lines.delete(req.socket)
      // After the connection is gone nothing is handed over: each answer is closed with it.
      else if (!req.socket.destroyed) begin(next, line)
    })
    handler(req, res)
  }

  return (req, res) => {
    const { socket } = req
    const line = lines.get(socket)
    if (line === undefined) {
      const first: Waiting[] = []
      lines.set(socket, first)
      begin({ req, res }, first)
    } else if (line.length < maxWaiting) line.push({ req, res })
    else {
      if (!socket.destroyed) {
        onExcess(req)
        socket.destroy()
      }
      // Node would otherwise make an error with a stack for each of them when the connection is closed.
      for (const waiting of [...line.splice(0), { req }]) waiting.req.destroy()
    }
  }
}
