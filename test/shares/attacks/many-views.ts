import type { Attack } from '../attack.ts'

const clients = 200
const widths = [160, 320, 480, 640, 960]
const formats = ['avif', 'png', 'webp', 'jpg']

/** Views of renditions that do not exist yet, more than may wait for a decoder. */
export const manyViews: Attack = {
  name: 'S-03b',
  what: `${clients} clients at one address view renditions that do not exist yet`,
  isQuick: true,
  async prepare({ attacker, photos }) {
    const paths = photos.flatMap((id) =>
      widths.flatMap((width) => formats.map((format) => `/media/${id}/w${width}.${format}`)),
    )
    let next = 0
    return async (signal) => {
      const client = async () => {
        while (!signal.aborted) await attacker.send({ path: paths[next++ % paths.length] ?? '', signal })
      }
      await Promise.all(Array.from({ length: clients }, client))
    }
  },
}
