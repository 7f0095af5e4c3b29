import type { Attack } from '../attack.ts'

const clients = 20
const text = 'a'.repeat(198)

/** Searches of 199 characters, five in a batch, among texts that repeat one letter. */
export const longSearches: Attack = {
  name: 'S-01',
  what: `${clients} clients at one address search for 199 characters, five times in each batch, in texts of one letter`,
  async prepare({ attacker, photos }) {
    const alt = 'a'.repeat(2000)
    for (const id of photos)
      await attacker.send({
        method: 'POST',
        path: '/trpc/photos.update',
        headers: { 'Content-Type': 'application/json' },
        body: Buffer.from(JSON.stringify({ id, alt, tags: ['aab'] })),
      })
    const inputs = Object.fromEntries([0, 1, 2, 3, 4].map((at) => [at, { search: `${text}b`, limit: 100 }]))
    const names = Array.from({ length: 5 }, () => 'photos.list').join(',')
    const path = `/trpc/${names}?batch=1&input=${encodeURIComponent(JSON.stringify(inputs))}`
    return async (signal) => {
      const client = async () => {
        while (!signal.aborted) await attacker.send({ path, signal })
      }
      await Promise.all(Array.from({ length: clients }, client))
    }
  },
}
