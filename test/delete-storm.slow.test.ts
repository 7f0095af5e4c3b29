import { makeImage } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import { mutate } from './support/call.ts'
import { startTintype } from './support/start-tintype.ts'
import { uploadPhoto } from './support/upload.ts'
import { ask } from './support/uploads.ts'

const names = ['thumb.webp', 'square.avif', 'preview.jpg', 'w160.png', 'w640.webp']

test('B156: a photo that is deleted while its renditions are made leaves no files and no rows', async () => {
  await using tintype = await startTintype()
  const image = await makeImage({ width: 800, height: 600, format: 'jpeg' })
  for (let round = 0; round < 20; round++) {
    const { id } = await uploadPhoto(tintype.url, image)
    const reading = names.map((name) => ask(tintype, `/media/${id}/${name}`))
    const creating = mutate(tintype.url, 'thumbnails.create', { photoId: id, width: 200 + round })
    // Each round deletes a little later: before, while and after the renditions are made.
    for (let wait = 0; wait < round; wait++) await ask(tintype, '/healthz')
    expect((await ask(tintype, `/photos/${id}`, { method: 'DELETE' })).status).toBe(204)
    for (const { status } of [...(await Promise.all(reading)), await creating])
      expect([200, 404]).toContain(status)
  }
  // Stopping waits for the renditions that are still being made.
  expect(await tintype.stop()).toBe(0)
  expect(await tintype.blobs()).toEqual([])
  expect(await tintype.staged()).toEqual([])
  expect(tintype.log.filter(({ level }) => Number(level) >= 40)).toEqual([])
})
