import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Answers a request. */
type Handler = (req: IncomingMessage, res: ServerResponse) => void

/** Requests of one connection that may wait for the answer before them. */
const maxWaiting = 100

/** What happens besides. */
export interface TurnListeners {
  /** Called when a request that was handed over is over. */
  readonly onEnd: (res: ServerResponse) => void
  /** Called for a connection with too many requests, which is then closed. */
  readonly onExcess: (socket: Socket) => void
}

/**
 * Hands over the requests of a connection one after the other: the next one when the client has taken the answer before it.
 * Otherwise a client that sends many requests at once, and reads nothing, would have all of their answers made.
 */
export function takeTurns(handler: Handler, { onEnd, onExcess }: TurnListeners): Handler {
  const lines = new WeakMap<Socket, (() => void)[]>()

  function begin(req: IncomingMessage, res: ServerResponse, line: (() => void)[]): void {
    res.once('close', () => {
      onEnd(res)
      const next = line.shift()
      if (next !== undefined) next()
      else lines.delete(req.socket)
    })
    handler(req, res)
  }

  return (req, res) => {
    const { socket } = req
    const line = lines.get(socket)
    if (line === undefined) {
      const first: (() => void)[] = []
      lines.set(socket, first)
      begin(req, res, first)
    } else if (line.length < maxWaiting) {
      // After the connection is gone nothing is handed over: each answer is closed with it.
      line.push(() => (socket.destroyed ? undefined : begin(req, res, line)))
    } else if (!socket.destroyed) {
      onExcess(socket)
      socket.destroy()
    }
  }
}
