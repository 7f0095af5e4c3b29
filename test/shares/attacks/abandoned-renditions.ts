import { setTimeout as delay } from 'node:timers/promises'
import type { Attack } from '../attack.ts'

const burstLength = 128
const abandonMs = 50

/** Renditions that are requested and abandoned at once: by a reset in one burst, by closing the client's side in the next. */
export const abandonedRenditions: Attack = {
  name: 'S-03',
  what: `${burstLength} renditions requested at once and abandoned after ${abandonMs} ms, again and again`,
  isQuick: true,
  async prepare({ attacker, photos }) {
    let width = 400
    const photoOf = (at: number) => photos[at % photos.length]
    const calls = (signal: AbortSignal) =>
      Array.from({ length: burstLength }, (_, at) => {
        width = width === 1000 ? 400 : width + 1
        return attacker.send({
          method: 'POST',
          path: '/trpc/thumbnails.create',
          headers: { 'Content-Type': 'application/json' },
          body: Buffer.from(JSON.stringify({ photoId: photoOf(at), width, height: 500, format: 'avif' })),
          signal: AbortSignal.any([signal, AbortSignal.timeout(abandonMs)]),
        })
      })
    const views = Array.from({ length: burstLength }, (_, at) => {
      const width = at % 2 === 0 ? 640 : 960
      return `GET /media/${photoOf(at >> 1)}/w${width}.avif HTTP/1.1\r\nHost: localhost\r\n\r\n`
    })
    return async (signal) => {
      while (!signal.aborted) {
        await Promise.all(calls(signal))
        const sockets = views.map((view) => {
          const socket = attacker.open().resume()
          socket.write(view)
          return socket
        })
        await delay(abandonMs)
        for (const socket of sockets) socket.destroy() // with FIN, as a browser that closes a page does
      }
    }
  },
}
