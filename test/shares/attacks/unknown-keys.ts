import type { Attack } from '../attack.ts'

const clients = 8
const keys = 17_500

/** Bodies of many unknown keys, each of which was quoted in the answer and in the log. */
export const unknownKeys: Attack = {
  name: 'S-19',
  what: `${clients} clients at one address send bodies of 229 KB with ${keys} unknown keys`,
  async prepare({ attacker, photos }) {
    const unknown = Array.from({ length: keys }, (_, at) => [`k${String(at).padStart(7, '0')}`, 1])
    const body = Buffer.from(JSON.stringify({ id: photos[0], ...Object.fromEntries(unknown) }))
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
