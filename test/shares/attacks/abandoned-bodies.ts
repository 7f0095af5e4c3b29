import { once } from 'node:events'
import type { Attack } from '../attack.ts'

const connections = 40
const byteSize = 24 * 1024 * 1024

/** Uploads that are sent as fast as they are read, and left before their last byte. */
export const abandonedBodies: Attack = {
  name: 'S-11b',
  what: `${connections} connections send uploads of ${byteSize / 1024 ** 2} MiB and leave before the last byte`,
  async prepare({ url, attacker }) {
    const chunk = Buffer.alloc(256 * 1024, 0xff)
    const head = [
      'POST /photos HTTP/1.1',
      `Host: ${new URL(url).host}`,
      'Content-Type: image/jpeg',
      `Content-Length: ${byteSize}`,
      '',
      '',
    ].join('\r\n')
    return async (signal) => {
      const client = async () => {
        while (!signal.aborted) {
          const socket = attacker.open()
          const closed = once(socket, 'close').catch(() => {})
          socket.resume().write(head)
          // The first bytes of a JPEG: anything else would be refused before its body has arrived.
          socket.write(Buffer.from([0xff, 0xd8, 0xff, 0xe0]))
          let left = byteSize - 5
          while (left > 0 && !socket.destroyed && !signal.aborted) {
            const piece = chunk.subarray(0, left)
            left -= piece.length
            if (!socket.write(piece)) await Promise.race([once(socket, 'drain').catch(() => {}), closed])
          }
          socket.destroy()
          await closed
        }
      }
      await Promise.all(Array.from({ length: connections }, client))
    }
  },
}
