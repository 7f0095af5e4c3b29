import type { Socket } from 'node:net'

const endings = new WeakMap<Socket, Set<() => void>>()

/**
 * Calls back when the client closes its side of the connection, also if it has done so already. The server's side stays open,
 * so that a client that half-closes can read what costs nothing to answer (B074). But a browser that closes a page, and a proxy whose
 * client has left, close their side and read no more: work that only this client waits for is given up then.
 *
 * There is one listener for each socket, however many requests it has in a pipeline.
 */
export function onSocketEnd(socket: Socket, callback: () => void): Disposable {
  if (socket.readableEnded) callback()
  const callbacks = endings.get(socket) ?? new Set()
  if (!endings.has(socket)) {
    endings.set(socket, callbacks)
    socket.once('end', () => {
      for (const one of callbacks) one()
    })
  }
  callbacks.add(callback)
  return { [Symbol.dispose]: () => void callbacks.delete(callback) }
}
