import type { Attack } from '../attack.ts'

/** Renditions that are requested and abandoned at once. */
export const abandonedRenditions: Attack = {
  name: 'S-03',
  what: '128 renditions requested at once and abandoned after 50 ms, again and again',
  isQuick: true,
  async prepare({ attacker, photos }) {
    let width = 400
    return async (signal) => {
      while (!signal.aborted) {
        const burst = Array.from({ length: 128 }, (_, at) => {
          width = width === 1000 ? 400 : width + 1
          const photoId = photos[at % photos.length]
          return attacker.send({
            method: 'POST',
            path: '/trpc/thumbnails.create',
            headers: { 'Content-Type': 'application/json' },
            body: Buffer.from(JSON.stringify({ photoId, width, height: 500, format: 'avif' })),
            signal: AbortSignal.any([signal, AbortSignal.timeout(50)]),
          })
        })
        await Promise.all(burst)
      }
    }
  },
}
