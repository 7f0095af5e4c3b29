import { makeImage } from '@tintype/imaging/testing'
import { describe, expect, test } from 'vitest'
import { mutate, query } from './support/call.ts'
import { startTintype } from './support/start-tintype.ts'
import { readMedia, uploadPhoto } from './support/upload.ts'
import { ask, countPhotos, expectProblem } from './support/uploads.ts'

const names = ['thumb.webp', 'square.avif', 'preview.jpg', 'w160.png', 'w640.webp']

describe('deleting', () => {
  test('B156, B300: row, original and renditions are deleted, and no request brings them back', async () => {
    await using tintype = await startTintype()
    const photo = await uploadPhoto(tintype.url, await makeImage({ width: 700, height: 500, format: 'jpeg' }))
    const { id } = photo
    const created = await mutate(tintype.url, 'thumbnails.create', { photoId: id, width: 123 })
    expect(created.status).toBe(200)
    for (const name of names) await readMedia(tintype.url, `/media/${id}/${name}`)
    expect(await tintype.blobs()).toHaveLength(names.length + 2)

    expect((await ask(tintype, `/photos/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect(await tintype.blobs()).toEqual([])
    expect(await countPhotos(tintype)).toBe(0)
    for (const name of [...names, 'w320.webp', '123x-inside.webp']) {
      expectProblem(await ask(tintype, `/media/${id}/${name}`), 404, 'PHOTO_NOT_FOUND')
    }
    expectProblem(await ask(tintype, photo.url), 404, 'PHOTO_NOT_FOUND')
    expectProblem(await ask(tintype, `/photos/${id}`), 404, 'PHOTO_NOT_FOUND')
    expectProblem(await ask(tintype, `/photos/${id}`, { method: 'DELETE' }), 404, 'PHOTO_NOT_FOUND')
    const after = [
      await mutate(tintype.url, 'thumbnails.create', { photoId: id }),
      await query(tintype.url, 'thumbnails.list', { photoId: id }),
      await query(tintype.url, 'photos.get', { id }),
      await mutate(tintype.url, 'photos.update', { id, title: 'back' }),
      await mutate(tintype.url, 'photos.delete', { id }),
    ]
    for (const { status, problem } of after) expect([status, problem?.code]).toEqual([404, 'PHOTO_NOT_FOUND'])
    expect(await tintype.blobs()).toEqual([])
  })

  test('of two deletions at the same time, one succeeds', async () => {
    await using tintype = await startTintype()
    const { id } = await uploadPhoto(tintype.url, await makeImage({ width: 20, height: 20, format: 'png' }))
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask(tintype, `/photos/${id}`, { method: 'DELETE' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404, 404, 404, 404])
  })
})
