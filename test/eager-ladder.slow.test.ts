import { makeImage } from '@tintype/imaging/testing'
import { expect, test, vi } from 'vitest'
import { targetAt } from './support/base-path.ts'
import { startTintype } from './support/start-tintype.ts'
import { uploadPhoto } from './support/upload.ts'
import { waiting } from './support/uploads.ts'

test('TINTYPE_EAGER_RENDITIONS=ladder makes every width of a photo without a request', async () => {
  await using tintype = await startTintype({ env: { TINTYPE_EAGER_RENDITIONS: 'ladder' } })
  const { id } = await uploadPhoto(tintype.url, await makeImage({ width: 700, height: 500, format: 'jpeg' }))
  const input = encodeURIComponent(JSON.stringify({ photoId: id }))
  const listed = async () => {
    const answer = await fetch(`${tintype.url}/trpc/thumbnails.list?input=${input}`)
    const { result } = (await answer.json()) as { result: { data: { url: string }[] } }
    return result.data.map(({ url }) => url).sort()
  }
  const urls = ['w160', 'w320', 'w480', 'w640'].flatMap((name) => [`${name}.avif`, `${name}.webp`])
  const expected = ['thumb.webp', ...urls].map((name) => targetAt(tintype.url, `/media/${id}/${name}`))
  await vi.waitFor(async () => expect(await listed()).toEqual(expected), waiting)
  const limits = await (await fetch(`${tintype.url}/trpc/system.limits`)).json()
  for (const name of ['w160', 'w320', 'w480', 'w640'])
    expect(limits.result.data.eager[name].toSorted()).toEqual(['avif', 'webp'])
  expect(await tintype.stop()).toBe(0)
  expect(await tintype.blobs()).toHaveLength(expected.length + 1)
})
