import sharp from 'sharp'
import type { Attack } from '../attack.ts'

const clients = 60

/** Uploads of few bytes that take seconds to decode. */
export const costlyUploads: Attack = {
  name: 'S-03c',
  what: `${clients} clients at one address upload an AVIF of 49 megapixels in 2 KB`,
  maxMemoryByteSize: 4 * 1024 ** 3,
  async prepare({ attacker }) {
    const body = await sharp({ create: { width: 7000, height: 7000, channels: 3, background: '#888' } })
      .avif({ quality: 50, effort: 0 })
      .toBuffer()
    return async (signal) => {
      const client = async () => {
        while (!signal.aborted) {
          const headers = { 'Content-Type': 'image/avif' }
          const { result } = await attacker.send({ method: 'POST', path: '/photos', headers, body, signal })
          if (result !== '201') await pause(200, signal)
        }
      }
      await Promise.all(Array.from({ length: clients }, client))
    }
  },
}

/** The same for so long that some of them have waited for a decoder as long as they may. */
export const waitingUploads: Attack = {
  ...costlyUploads,
  name: 'S-03d',
  what: `S-03c for 40 seconds: what has waited for 30 is answered 503 with Retry-After`,
  minDurationMs: 40_000,
  findFaults: ({ results }) => [
    ...(results.has('503 OVERLOADED') ? [] : ['no upload was refused after its wait']),
    ...[...results.keys()].filter((result) => !allowed.has(result)).map((result) => `it got ${result}`),
  ],
}

/** The last ones are aborted when the attack ends. */
const allowed = new Set(['201', '503 OVERLOADED', 'no answer, ABORT_ERR'])

/** A client that is refused does not try again at once: that would only measure how fast refusals are. */
function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, durationMs)
  signal.addEventListener('abort', () => resolve(), { once: true })
  return promise.finally(() => clearTimeout(timer))
}
