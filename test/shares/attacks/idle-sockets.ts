import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Attack } from '../attack.ts'

const most = 9000

/** Connections that send nothing, more than the server accepts of all clients. */
export const idleSockets: Attack = {
  name: 'S-idle',
  what: `up to ${most} connections of one address send nothing`,
  async prepare({ attacker }) {
    return async (signal) => {
      const open = new Set<Socket>()
      while (!signal.aborted) {
        for (let at = 0; at < 100 && open.size < most; at += 1) {
          const socket = attacker.open()
          open.add(socket)
          socket.once('close', () => open.delete(socket))
        }
        await delay(20)
      }
    }
  },
}
