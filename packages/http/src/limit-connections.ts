import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Why connections were closed without an answer. */
export type CutReason =
  | 'connections of all clients'
  | 'connections of one client'
  | 'requests in a pipeline'
  | 'seconds without progress'
  | 'tiny chunks'

/** How connections are counted. */
export interface ConnectionShares {
  /** Connections of one client at once. */
  readonly maxEach: number
  /** Reports within `barMs` after which a client is barred. */
  readonly barAfter: number
  /** Milliseconds for which a report counts, and for which a client that is barred gets no new connection. */
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
   * Reports a connection that has sent too many requests or tiny chunks at once. Others may share its client's address, so only repeated
   * reports bar the client: its connections that are not busy are closed, and new ones for a while, because what they send would
   * be parsed before anything else could be done. A trusted proxy is not barred.
   */
  report(socket: Socket, reason: CutReason): void
}

/** Closes a connection of a client that has too many already. It costs the others nothing. */
export function limitConnections(server: Server, shares: ConnectionShares): LimitedConnections {
  const { maxEach, barAfter, barMs, clientOf, findBusy, onCut } = shares
  const open = new Map<string, Set<Socket>>()
  /** Why each client that is barred is. */
  const barred = new Map<string, CutReason>()
  /** Reports of the last `barMs`. */
  const reports = new Map<string, number>()
  server.on('drop', () => onCut('connections of all clients', undefined))
  server.prependListener('connection', (socket: Socket) => {
    const client = clientOf(socket)
    if (client === undefined) return
    const own = open.get(client) ?? new Set()
    const reason = barred.get(client)
    if (reason !== undefined || own.size >= maxEach) {
      onCut(reason ?? 'connections of one client', client)
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
    report(socket, reason) {
      const client = clientOf(socket)
      if (client === undefined || barred.has(client)) return
      const count = (reports.get(client) ?? 0) + 1
      if (count === 1) setTimeout(() => reports.delete(client), barMs).unref()
      reports.set(client, count)
      if (count < barAfter) return
      barred.set(client, reason)
      setTimeout(() => barred.delete(client), barMs).unref()
      const busy = findBusy()
      for (const other of open.get(client) ?? []) if (!busy.has(other)) other.destroy()
    },
  }
}
