import { once } from 'node:events'
import type { Attack } from '../attack.ts'

const connections = 40
const tiny = Buffer.from('1\r\nx\r\n'.repeat(10_000))

/** Bodies in chunks of one byte, as fast as the connections take them, which are opened again when the server closes them. */
export const tinyChunks: Attack = {
  name: 'S-02c',
  what: `${connections} connections send uploads in chunks of one byte`,
  isQuick: true,
  async prepare({ attacker }) {
    const head =
      'POST /photos HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n\r\n'
    return async (signal) => {
      const client = async () => {
        while (!signal.aborted) {
          const socket = attacker.open().resume()
          const closed = new AbortController()
          socket.once('close', () => closed.abort())
          const leave = () => socket.destroy()
          signal.addEventListener('abort', leave, { once: true })
          socket.write(head)
          while (!closed.signal.aborted)
            if (!socket.write(tiny)) await once(socket, 'drain', { signal: closed.signal }).catch(() => {})
          signal.removeEventListener('abort', leave)
        }
      }
      await Promise.all(Array.from({ length: connections }, client))
    }
  },
}
