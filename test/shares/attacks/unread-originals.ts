import { createSamplePhotos } from '../../faults/sample-photos.ts'
import type { Attack } from '../attack.ts'

const connections = 2000
const byteSize = 20_000_000

/** Large originals that are requested and not read. What the server closes is opened again. */
export const unreadOriginals: Attack = {
  name: 'S-02e',
  what: `${connections} connections request an original of 20 MB each; none reads`,
  maxMemoryByteSize: 768 * 2 ** 20,
  async prepare({ attacker }) {
    const sampleOf = await createSamplePhotos({ width: 64, height: 48 })
    const { body } = await attacker.send({
      method: 'POST',
      path: '/photos',
      headers: { 'Content-Type': 'image/jpeg' },
      body: sampleOf(1_000_000, byteSize).bytes(),
    })
    const { id } = JSON.parse(body.toString()) as { id: string }
    const bytes = `GET /media/${id}.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n`
    return async (signal) => {
      const hold = async () => {
        while (!signal.aborted) {
          const socket = attacker.open()
          const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
          socket.pause()
          socket.write(bytes)
          const leave = () => socket.destroy()
          signal.addEventListener('abort', leave, { once: true })
          await closed
          signal.removeEventListener('abort', leave)
        }
      }
      await Promise.all(Array.from({ length: connections }, hold))
    }
  },
}
