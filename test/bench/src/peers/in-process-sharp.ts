/* sharp without any server, at its best setting: one thread an image, as many images at once as threads. */
import { availableParallelism } from 'node:os'
import sharp from 'sharp'

const [file = '', count = '1'] = process.argv.slice(2)
sharp.cache(false)
sharp.concurrency(1)
let left = 8
const render = async () => {
  while (left-- > 0)
    await sharp(file)
      .autoOrient()
      .resize(320, 320, { fit: 'inside' })
      .webp({ quality: 78, effort: 2 })
      .toBuffer()
}
const renderAll = () => Promise.all(Array.from({ length: Math.max(4, availableParallelism()) }, render))
await renderAll()
left = Number(count)
const startedAt = performance.now()
await renderAll()
process.stdout.write(String(performance.now() - startedAt))
