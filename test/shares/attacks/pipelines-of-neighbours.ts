import { setTimeout as delay } from 'node:timers/promises'
import type { Attack } from '../attack.ts'

const requests = 600
const pauseMs = 600

/**
 * Several users behind one address, one of whom has a connection cut again and again. Not three times a second: then the address
 * would be barred.
 */
export const pipelinesOfNeighbours: Attack = {
  name: 'S-02d',
  what: `a user at the same address sends ${requests} lists in a pipeline, again ${pauseMs} ms after the connection was closed`,
  isQuick: true,
  sharesAddress: true,
  async prepare({ attacker }) {
    const list = `/trpc/photos.list?input=${encodeURIComponent('{"limit":100}')}`
    const bytes = `GET ${list} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(requests)
    return async (signal) => {
      while (!signal.aborted) {
        const socket = attacker.open().resume()
        const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
        const leave = () => socket.destroy()
        signal.addEventListener('abort', leave, { once: true })
        socket.write(bytes)
        await closed
        signal.removeEventListener('abort', leave)
        await delay(pauseMs, undefined, { signal }).catch(() => {})
      }
    }
  },
}
