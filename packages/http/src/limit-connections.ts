import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Why connections were closed without an answer. */
export type CutReason = 'connections of all clients' | 'connections of one client' | 'requests in a pipeline'

/** How connections are counted. */
export interface ConnectionShares {
  /** Connections of one client at once. */
  readonly maxEach: number
  /** The client that a connection counts for; `undefined` for a trusted proxy, which has no limit of its own. */
  readonly clientOf: (socket: Socket) => string | undefined
  readonly onCut: (reason: CutReason, client: string | undefined) => void
}

/** Closes a connection of a client that has too many already. It costs the others nothing. */
export function limitConnections(server: Server, { maxEach, clientOf, onCut }: ConnectionShares): void {
  const counts = new Map<string, number>()
  server.on('drop', () => onCut('connections of all clients', undefined))
  server.prependListener('connection', (socket: Socket) => {
    const client = clientOf(socket)
    if (client === undefined) return
    const count = counts.get(client) ?? 0
    if (count >= maxEach) {
      onCut('connections of one client', client)
      socket.destroy()
      return
    }
    counts.set(client, count + 1)
    socket.once('close', () => {
      const left = (counts.get(client) ?? 1) - 1
      if (left === 0) counts.delete(client)
      else counts.set(client, left)
    })
  })
}
