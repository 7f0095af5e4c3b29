import { makeImage } from '@tintype/imaging/testing'
import { expect, test, vi } from 'vitest'
import { startTintype } from './support/start-tintype.ts'
import { uploadPhoto } from './support/upload.ts'
import { readMetric } from './support/uploads.ts'

test('TINTYPE_EAGER_RENDITIONS=ladder makes every width that a photo has without being asked', async () => {
  await using tintype = await startTintype({ env: { TINTYPE_EAGER_RENDITIONS: 'ladder' } })
  const { id } = await uploadPhoto(tintype.url, await makeImage({ width: 700, height: 500, format: 'jpeg' }))
  const work = async () =>
    (await readMetric(tintype, 'tintype_decodes_active')) +
    (await readMetric(tintype, 'tintype_decodes_queued'))
  await vi.waitFor(async () => expect(await work()).toBe(0), { timeout: 20_000, interval: 20 })
  const input = encodeURIComponent(JSON.stringify({ photoId: id }))
  const answer = await fetch(`${tintype.url}/trpc/thumbnails.list?input=${input}`)
  const { result } = (await answer.json()) as { result: { data: { url: string }[] } }
  const urls = ['w160', 'w320', 'w480', 'w640'].flatMap((name) => [`${name}.avif`, `${name}.webp`])
  expect(result.data.map(({ url }) => url).sort()).toEqual(
    ['thumb.webp', ...urls].map((name) => `/media/${id}/${name}`),
  )
})
