import sharp from 'sharp'
import type { Attack } from '../attack.ts'

const clients = 8

/** Sound photos that take a second to decode. They are not refused for what the machine lacks. */
export const largePhotos: Attack = {
  name: 'S-09',
  what: `${clients} clients at one address upload a JPEG of 48 megapixels`,
  maxMemoryByteSize: 2 * 1024 ** 3,
  async prepare({ attacker }) {
    const body = await sharp({ create: { width: 8000, height: 6000, channels: 3, background: '#888' } })
      .jpeg()
      .toBuffer()
    return async (signal) => {
      const headers = { 'Content-Type': 'image/jpeg' }
      const client = async () => {
        while (!signal.aborted)
          await attacker.send({ method: 'POST', path: '/photos', headers, body, signal })
      }
      await Promise.all(Array.from({ length: clients }, client))
    }
  },
  findFaults: ({ results }) => [
    ...(results.has('201') ? [] : ['no photo of 48 megapixels was accepted']),
    ...[...results.keys()].filter((result) => result.startsWith('4')).map((result) => `it was ${result}`),
  ],
}
