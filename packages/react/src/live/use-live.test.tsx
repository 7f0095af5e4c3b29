// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { photoChangesOf } from '../photos/photo-changes.ts'
import { usePhoto } from '../photos/use-photo.ts'
import { type Photos, usePhotos } from '../photos/use-photos.ts'
import { makePhoto } from '../testing/make-photo.ts'
import { openPhotoServer } from '../testing/open-photo-server.ts'
import { renderHook } from '../testing/render-hook.tsx'
import { until } from '../testing/until.ts'
import type { LiveOptions } from './use-live.ts'

const numbersOf = ({ photos }: Photos) => photos.map(({ id }) => Number(id.slice(-12)))

/** Waits until a list follows, and has loaded what may have been missed before that. */
async function ready(server: Awaited<ReturnType<typeof openPhotoServer>>, listCount = 2): Promise<void> {
  await until(() => expect(server.streamCount()).toBe(1))
  await until(() => expect(server.count('photos.list')).toBe(listCount))
}

test('what others do is shown as it happens, with one stream for all hooks, in StrictMode too', async () => {
  await using server = await openPhotoServer([makePhoto(2), makePhoto(1)])
  using list = renderHook(server.client, () => usePhotos({ live: true }))
  using cats = renderHook(server.client, () => usePhotos({ live: true, tag: 'cats' }))
  using one = renderHook(server.client, () => usePhoto(makePhoto(1).id, { live: true }))
  await ready(server, 4)
  await until(() => expect(numbersOf(list.current())).toEqual([2, 1]))
  server.send({ type: 'photo.created', photo: makePhoto(3) })
  server.send({ type: 'photo.updated', photo: makePhoto(1, { title: 'Cat', tags: ['cats'] }) })
  await until(() => expect(numbersOf(list.current())).toEqual([3, 2, 1]))
  await until(() => expect([numbersOf(cats.current()), one.current().photo?.title]).toEqual([[1], 'Cat']))
  server.send({ type: 'photo.deleted', id: makePhoto(1).id, owner: null })
  await until(() => expect([numbersOf(list.current()), one.current().status]).toEqual([[3, 2], 'gone']))
  expect(server.count('photos.onChange')).toBe(1)
})

test('a stream ends with its last hook, and goes on where it was after an interruption', async () => {
  await using server = await openPhotoServer([makePhoto(1)])
  const list = renderHook(server.client, () => usePhotos({ live: true }))
  await ready(server)
  server.send({ type: 'photo.created', photo: makePhoto(2) })
  await until(() => expect(numbersOf(list.current())).toEqual([2, 1]))
  server.endStreams()
  await until(() => expect(server.count('photos.onChange')).toBe(2))
  expect(server.calls.at(-1)?.input).toEqual({ lastEventId: '2' })
  expect(server.count('photos.list')).toBe(2)
  list[Symbol.dispose]()
  await until(() => expect(server.streamCount()).toBe(0))
})

test('new photos wait while they are held; those that this page uploads do not', async () => {
  await using server = await openPhotoServer([makePhoto(1)])
  const held = (live: LiveOptions) => () => usePhotos({ live })
  using list = renderHook(server.client, held({ hold: true }))
  await ready(server)
  for (const number of [2, 3, 4, 5]) server.send({ type: 'photo.created', photo: makePhoto(number) })
  server.send({ type: 'photo.deleted', id: makePhoto(3).id, owner: null })
  await until(() => expect([list.current().pending, numbersOf(list.current())]).toEqual([3, [1]]))
  photoChangesOf(server.client).publish({ type: 'created', photo: makePhoto(4) })
  await until(() => expect([list.current().pending, numbersOf(list.current())]).toEqual([2, [4, 1]]))
  list.current().showPending()
  await until(() => expect([list.current().pending, numbersOf(list.current())]).toEqual([0, [5, 4, 2, 1]]))
  server.send({ type: 'photo.created', photo: makePhoto(6) })
  await until(() => expect(list.current().pending).toBe(1))
  list.rerender(held({ hold: false }))
  await until(() => expect(numbersOf(list.current())).toEqual([6, 5, 4, 2, 1]))
})

test('everything that is loaded is loaded again if changes were missed', async () => {
  const photos = [5, 4, 3, 2, 1].map((number) => makePhoto(number))
  await using server = await openPhotoServer(photos)
  using list = renderHook(server.client, () => usePhotos({ live: { hold: true }, limit: 2 }))
  await ready(server)
  await list.current().loadMore()
  await until(() => expect(numbersOf(list.current())).toEqual([5, 4, 3, 2]))
  photos.splice(2, 1)
  photos.unshift(makePhoto(6))
  const seen = list.values.length
  server.send({ type: 'reset' })
  await until(() => expect([list.current().pending, numbersOf(list.current())]).toEqual([1, [5, 4, 2]]))
  expect(list.values.slice(seen).map(({ status }) => status)).not.toContain('loading')
})

test('a change that happens while a page is loaded is not lost', async () => {
  await using server = await openPhotoServer([makePhoto(1)])
  using list = renderHook(server.client, () => usePhotos({ live: true }))
  await ready(server)
  await until(() => expect(list.current().status).toBe('ready'))
  const refreshed = list.current().refresh()
  photoChangesOf(server.client).publish({ type: 'arrived', photo: makePhoto(2) })
  await refreshed
  await until(() => expect(numbersOf(list.current())).toEqual([2, 1]))
})
