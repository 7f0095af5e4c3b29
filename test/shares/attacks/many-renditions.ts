import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { filesBelow } from '../../support/list-blobs.ts'
import type { Attack } from '../attack.ts'

const widths = [320, 640, 960]
const formats = ['png', 'jpg', 'webp']
const budgetByteSize = 2 ** 20
/** The largest rendition, a PNG of noise of 960 px. The newest one stays, whatever its size. */
const largestByteSize = 2 * 2 ** 20

/** Renditions that are many times as large as their original. */
export const manyRenditions: Attack = {
  name: 'S-08',
  what: 'one client views nine renditions of one noisy upload, 4 MB in all, with a budget of 1 MiB for each photo',
  env: { TINTYPE_RENDITION_CACHE_PER_PHOTO: '1mb' },
  async prepare({ attacker }) {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
    const body = await sharp({
      create: { width: 1000, height: 700, channels: 3, background: '#000', noise },
    })
      .jpeg({ quality: 30 })
      .toBuffer()
    const headers = { 'Content-Type': 'image/jpeg' }
    const uploaded = await attacker.send({ method: 'POST', path: '/photos', headers, body })
    const { id } = JSON.parse(uploaded.body.toString()) as { id: string }
    const paths = widths.flatMap((width) => formats.map((format) => `/media/${id}/w${width}.${format}`))
    return async (signal) => {
      for (let next = 0; !signal.aborted; next += 1)
        await attacker.send({ path: paths[next % paths.length] ?? '', signal })
    }
  },
  async findFaults({ dataDirectory }) {
    const directory = join(dataDirectory, 'media', 'renditions')
    const sizes = new Map<string, number>()
    for (const name of await filesBelow(directory)) {
      const [id = ''] = basename(name).split('.')
      const { size } = await stat(join(directory, name)).catch(() => ({ size: 0 })) // removed in between
      sizes.set(id, (sizes.get(id) ?? 0) + size)
    }
    const most = Math.max(...sizes.values())
    return most > budgetByteSize + largestByteSize ? [`a photo has ${most} bytes of renditions`] : []
  },
}
