// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { makePhoto } from '../testing/make-photo.ts'
import { openPhotoServer } from '../testing/open-photo-server.ts'
import { hydrateHook, renderHook } from '../testing/render-hook.tsx'
import { until } from '../testing/until.ts'
import { usePhoto } from './use-photo.ts'
import { usePhotos } from './use-photos.ts'

const photo = makePhoto(1, { title: 'Cat' })

test('loads a photo once in StrictMode', async () => {
  await using server = await openPhotoServer([photo])
  using hook = renderHook(server.client, () => usePhoto(photo.id))
  await until(() => expect(hook.current()).toMatchObject({ status: 'ready', photo: { title: 'Cat' } }))
  expect(server.count('photos.get')).toBe(1)
})

test('a photo that is known is rendered on the server and at once, and not requested', async () => {
  await using server = await openPhotoServer([photo])
  using hook = await hydrateHook(server.client, () => usePhoto(photo.id, { initial: photo }))
  for (const one of [hook.onServer, hook.first, hook.current()])
    expect(one).toMatchObject({ status: 'ready', photo: { title: 'Cat' } })
  expect(server.calls).toEqual([])
})

test('a photo that does not exist is an error', async () => {
  await using server = await openPhotoServer([])
  using hook = renderHook(server.client, () => usePhoto(photo.id))
  await until(() => expect(hook.current().status).toBe('error'))
  expect(hook.current().error?.code).toBe('PHOTO_NOT_FOUND')
})

test('an answer that was made before an update, or before a deletion, does not replace it', async () => {
  await using server = await openPhotoServer([photo])
  const releaseFirst = server.keepAnswer('photos.get')
  using hook = renderHook(server.client, () => usePhoto(photo.id))
  await until(() => expect(server.count('photos.get')).toBe(1))
  const releaseSecond = server.keepAnswer('photos.get')
  await hook.current().update({ title: 'Dog' })
  await until(() => expect(server.count('photos.get')).toBe(2))
  expect(hook.current()).toMatchObject({ status: 'ready', photo: { title: 'Dog' } })
  releaseFirst()
  await hook.current().remove({ undoMs: 0 }).done
  releaseSecond()
  await server.client.photos.list.query()
  const titles = hook.values.flatMap((one) => one.photo?.title ?? [])
  expect(new Set(titles)).toEqual(new Set(['Dog']))
  expect(hook.current()).toMatchObject({ status: 'gone', photo: undefined })
})

test('another id is another photo', async () => {
  await using server = await openPhotoServer([makePhoto(2), photo])
  using hook = renderHook(server.client, () => usePhoto(photo.id, { initial: photo }))
  await until(() => expect(hook.current().photo?.id).toBe(photo.id))
  hook.rerender(() => usePhoto(makePhoto(2).id, { initial: photo }))
  await until(() => expect(hook.current().photo?.id).toBe(makePhoto(2).id))
})

test('an update and a removal are shown in the list of the same client as well', async () => {
  await using server = await openPhotoServer([photo])
  using list = renderHook(server.client, () => usePhotos())
  using hook = renderHook(server.client, () => usePhoto(photo.id))
  await until(() => expect([hook.current().status, list.current().status]).toEqual(['ready', 'ready']))
  await hook.current().update({ alt: 'A cat', title: '' })
  await until(() => expect(list.current().photos[0]?.alt).toBe('A cat'))
  const removal = hook.current().remove()
  await until(() => expect([hook.current().status, list.current().photos]).toEqual(['gone', []]))
  removal.undo()
  await until(() => expect(hook.current().status).toBe('ready'))
  await hook.current().remove({ undoMs: 0 }).done
  await until(() => expect([hook.current().status, list.current().photos]).toEqual(['gone', []]))
})
