/*
 * sharp without any server: proves that a file decodes and makes its thumbnail of 300 px, over and over. Prints how many it
 * made, in how many milliseconds, and how much processor time they took.
 */
import sharp from 'sharp'

sharp.cache(false)
sharp.concurrency(1) // several images at once, each on one thread, is what sharp does best

const [file = '', atOnce = '1', durationMs = '0', warmUpMs = '0'] = process.argv.slice(2)

async function make(forMs: number): Promise<number> {
  let made = 0
  const endMs = performance.now() + forMs
  const next = async () => {
    while (performance.now() < endMs) {
      await sharp(file)
        .autoOrient()
        .resize(300, 300, { fit: 'inside', withoutEnlargement: true })
        .webp({ quality: 78, effort: 2 })
        .toBuffer()
      made += 1
    }
  }
  await Promise.all(Array.from({ length: Number(atOnce) }, next))
  return made
}

await make(Number(warmUpMs))
const startedAt = performance.now()
const before = process.cpuUsage()
const made = await make(Number(durationMs))
const { user, system } = process.cpuUsage(before)
const elapsedMs = performance.now() - startedAt
process.stdout.write(JSON.stringify({ made, elapsedMs, cpuMs: (user + system) / 1000 }))
