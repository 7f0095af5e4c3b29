import { setTimeout as delay } from 'node:timers/promises'
import type { Attack } from '../attack.ts'

const connections = 20
const requests = 600
const pauseMs = 10

/** Lists in a pipeline, on connections that are opened again when the server closes them. */
export const requestPipelines: Attack = {
  name: 'S-02b',
  what: `${connections} connections send ${requests} lists in a pipeline each, again and again`,
  async prepare({ attacker }) {
    const list = `/trpc/photos.list?input=${encodeURIComponent('{"limit":100}')}`
    const bytes = `GET ${list} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(requests)
    return async (signal) => {
      const client = async () => {
        while (!signal.aborted) {
          const socket = attacker.open().resume()
          const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
          socket.write(bytes)
          const leave = () => socket.destroy()
          signal.addEventListener('abort', leave, { once: true })
          await closed
          signal.removeEventListener('abort', leave)
          await delay(pauseMs)
        }
      }
      await Promise.all(Array.from({ length: connections }, client))
    }
  },
}
