import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import { repository, startTintype } from './support/start-tintype.ts'
import { readMedia, uploadPhoto } from './support/upload.ts'

test('the server also runs from its source, as contributors start it', async () => {
  await using tintype = await startTintype({ main: join(repository, 'apps/server/src/main.ts') })
  const photo = await uploadPhoto(tintype.url, await makeImage({ width: 640, height: 480, format: 'jpeg' }))
  await readMedia(tintype.url, photo.thumbnail.url)
  await readMedia(tintype.url, `/media/${photo.id}/w320.webp`)
  expect(await tintype.stop()).toBe(0)
})
