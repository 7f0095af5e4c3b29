import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Why connections were closed without an answer. */
export type CutReason =
  | 'connections of all clients'
  | 'connections of one client'
  | 'requests in a pipeline'
  | 'seconds without progress'

/** How connections are counted. */
export interface ConnectionShares {
  /** Connections of one client at once. */
  readonly maxEach: number
  /** Milliseconds for which a client that is barred gets no new connection. */
  readonly barMs: number
  /** The client that a connection counts for; `undefined` for a trusted proxy, which has no limit of its own. */
  readonly clientOf: (socket: Socket) => string | undefined
  /** The connections of all clients with a request that is not answered yet. */
  readonly findBusy: () => ReadonlySet<Socket>
  readonly onCut: (reason: CutReason, client: string | undefined) => void
}

/** The connections of each client. */
export interface LimitedConnections {
  /**
   * Closes the connections of this one's client that are not busy, and its new ones for a while: what they send would be parsed
   * before anything else could be done. A trusted proxy is not barred.
   */
  bar(socket: Socket): void
}

/** Closes a connection of a client that has too many already. It costs the others nothing. */
export function limitConnections(server: Server, shares: ConnectionShares): LimitedConnections {
  const { maxEach, barMs, clientOf, findBusy, onCut } = shares
  const open = new Map<string, Set<Socket>>()
  const barred = new Set<string>()
  server.on('drop', () => onCut('connections of all clients', undefined))
  server.prependListener('connection', (socket: Socket) => {
    const client = clientOf(socket)
    if (client === undefined) return
    const own = open.get(client) ?? new Set()
    if (barred.has(client) || own.size >= maxEach) {
      onCut(barred.has(client) ? 'requests in a pipeline' : 'connections of one client', client)
      socket.destroy()
      return
    }
    open.set(client, own.add(socket))
    socket.once('close', () => {
      own.delete(socket)
      if (own.size === 0) open.delete(client)
    })
  })
  return {
    bar(socket) {
      const client = clientOf(socket)
      if (client === undefined || barred.has(client)) return
      barred.add(client)
      setTimeout(() => barred.delete(client), barMs).unref()
      const busy = findBusy()
      for (const other of open.get(client) ?? []) if (!busy.has(other)) other.destroy()
    },
  }
}
