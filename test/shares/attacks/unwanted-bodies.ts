import type { Socket } from 'node:net'
import type { Attack, AttackTarget } from '../attack.ts'

const connections = 40
const byteSize = 24 * 1024 * 1024
const chunk = Buffer.alloc(256 * 1024, 0xff)
/** Another beginning would be refused before the body has arrived. */
const jpegStart = Buffer.from([0xff, 0xd8, 0xff, 0xe0])

/** Uploads that are sent as fast as they are read, and left before their last byte. */
export const abandonedBodies: Attack = {
  name: 'S-11b',
  what: `${connections} connections send uploads of ${byteSize / 1024 ** 2} MiB and leave before the last byte`,
  prepare: async (target) => (signal) => sendBodies(target, 'image/jpeg', signal),
}

/** Uploads that are refused at once: the server discards their bodies, so that the clients can read why. */
export const refusedBodies: Attack = {
  name: 'S-11c',
  what: `${connections} connections send bodies of ${byteSize / 1024 ** 2} MiB that are refused before they are read`,
  prepare: async (target) => (signal) => sendBodies(target, 'text/plain', signal),
}

/** Sends uploads on all connections, each as fast as it is read and to its last byte but one, until the signal is aborted. */
async function sendBodies({ url, attacker }: AttackTarget, type: string, signal: AbortSignal): Promise<void> {
  const head = [
    'POST /photos HTTP/1.1',
    `Host: ${new URL(url).host}`,
    `Content-Type: ${type}`,
    `Content-Length: ${byteSize}`,
    '',
    '',
  ].join('\r\n')

  async function sendOne(): Promise<void> {
    const socket = attacker.open()
    const closed = next(socket, 'close')
    socket.resume().write(head)
    socket.write(jpegStart)
    let left = byteSize - jpegStart.length - 1
    while (left > 0 && !socket.destroyed && !signal.aborted) {
      const piece = chunk.subarray(0, left)
      left -= piece.length
      if (!socket.write(piece)) await Promise.race([next(socket, 'drain'), closed])
    }
    socket.destroy()
    await closed
  }
  async function sendAll(): Promise<void> {
    while (!signal.aborted) await sendOne()
  }
  await Promise.all(Array.from({ length: connections }, sendAll))
}

/** Errors of the socket are ignored: it is closed after each. */
function next(socket: Socket, event: 'drain' | 'close'): Promise<void> {
  return new Promise((resolve) => socket.once(event, () => resolve()))
}
