import { createSamplePhotos } from '../../faults/sample-photos.ts'
import type { Attack } from '../attack.ts'

const connections = 20
const photos = 100
const batch = Array.from({ length: 20 }, () => 'photos.list').join(',')
const inputs = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [at, { limit: 100 }]))

/** Batches of lists with full texts, whose answers are not read. */
export const unreadAnswers: Attack = {
  name: 'S-02',
  what: `${connections} connections request 20 pages of long texts at once; none reads`,
  maxMemoryByteSize: 640 * 2 ** 20,
  async prepare({ attacker }) {
    const sampleOf = await createSamplePhotos({ width: 64, height: 48 })
    const texts = new URLSearchParams({ title: 't'.repeat(300), alt: 'é'.repeat(2000) })
    for (let at = 0; at < 32; at += 1) texts.append('tags', `${at}${'é'.repeat(60)}`)
    for (let at = 0; at < photos; at += 1)
      await attacker.send({
        method: 'POST',
        path: `/photos?${texts}`,
        headers: { 'Content-Type': 'image/jpeg' },
        body: sampleOf(1_000_000 + at, 0).bytes(),
      })
    const path = `/trpc/${batch}?batch=1&input=${encodeURIComponent(JSON.stringify(inputs))}`
    const bytes = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
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
