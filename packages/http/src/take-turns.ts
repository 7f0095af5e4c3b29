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

/** The requests of a connection. */
interface Connection {
  /** Whether one was handed over and is not over. */
  isBusy: boolean
  /** Those that wait for it. */
  readonly line: Waiting[]
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
  const connections = new WeakMap<Socket, Connection>()

  function begin({ req, res }: Waiting, connection: Connection): void {
    connection.isBusy = true
    res.on('close', () => {
      onEnd(res)
      const next = connection.line.shift()
      if (next === undefined) connection.isBusy = false
      // After the connection is gone nothing is handed over: each answer is closed with it.
      else if (!req.socket.destroyed) begin(next, connection)
    })
    handler(req, res)
  }

  return (req, res) => {
    const { socket } = req
    const known = connections.get(socket)
    const connection = known ?? { isBusy: false, line: [] }
    if (!known) connections.set(socket, connection)
    const { isBusy, line } = connection
    if (!isBusy) begin({ req, res }, connection)
    else if (line.length < maxWaiting) line.push({ req, res })
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
