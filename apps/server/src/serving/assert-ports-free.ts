import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Config } from '../config/config.ts'

/**
 * Listens on the server's ports for a moment, so that a start whose port is in use ends before it makes keys and secrets.
 *
 * @throws the native error if it cannot listen on one of them
 */
export async function assertPortsFree({ host, port, operationsPort }: Config['http']): Promise<void> {
  for (const wanted of [port, operationsPort]) {
    if (typeof wanted !== 'number' || wanted === 0) continue
    const server = createServer((socket) => socket.destroy())
    server.listen({ host, port: wanted })
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
  }
}
