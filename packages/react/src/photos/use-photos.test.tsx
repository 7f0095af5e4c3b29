// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { makePhoto } from '../testing/make-photo.ts'
import { openPhotoServer } from '../testing/open-photo-server.ts'
import { renderOnServer } from '../testing/render.tsx'
import { hydrateHook, renderHook } from '../testing/render-hook.tsx'
import { until } from '../testing/until.ts'
import { photoChangesOf } from './photo-changes.ts'
import { type Photos, usePhotos } from './use-photos.ts'

/** Photos by their numbers, the newest first. */
const photosDown = (from: number, to = 1) =>
  Array.from({ length: from - to + 1 }, (_, at) => makePhoto(from - at))
const numbersOf = ({ photos }: Photos) => photos.map(({ id }) => Number(id.slice(-12)))
const idOf = (number: number) => makePhoto(number).id

test('lists photos page by page, with one request for each page in StrictMode', async () => {
  await using server = await openPhotoServer(photosDown(5))
  using hook = renderHook(server.client, () => usePhotos({ limit: 2 }))
  await until(() => expect(hook.values[0]).toMatchObject({ photos: [], status: 'loading', hasMore: true }))
  await until(() => expect(hook.current().status).toBe('ready'))
  expect(numbersOf(hook.current())).toEqual([5, 4])
  void hook.current().loadMore()
  await hook.current().loadMore()
  await until(() => expect(numbersOf(hook.current())).toEqual([5, 4, 3, 2]))
  await hook.current().loadMore()
  await until(() => expect(numbersOf(hook.current())).toEqual([5, 4, 3, 2, 1]))
  expect(hook.current().hasMore).toBe(false)
  await hook.current().loadMore()
  expect(server.count('photos.list')).toBe(3)
})

test('a request is sent in a browser only, after the same first render as on a server', async () => {
  await using server = await openPhotoServer(photosDown(2))
  using hook = await hydrateHook(server.client, () => usePhotos())
  expect(hook.onServer.status).toBe('loading')
  expect({ ...hook.first }).toMatchObject({ photos: [], status: 'loading' })
  await until(() => expect(numbersOf(hook.current())).toEqual([2, 1]))
  expect(server.count('photos.list')).toBe(1)
})

test('a first page from a server is rendered at once and not requested', async () => {
  await using server = await openPhotoServer(photosDown(3))
  const initial = { photos: photosDown(3, 2), nextCursor: '2', previousCursor: null }
  using hook = await hydrateHook(server.client, () => usePhotos({ initial, limit: 2 }))
  for (const one of [hook.onServer, hook.first])
    expect([one.status, numbersOf(one)]).toEqual(['ready', [3, 2]])
  await hook.current().loadMore()
  await until(() => expect(numbersOf(hook.current())).toEqual([3, 2, 1]))
  expect(server.calls.map(({ input }) => input.cursor)).toEqual(['2'])
})

test('the first page is smaller than those after it, unless all have a size', async () => {
  await using server = await openPhotoServer(photosDown(200))
  using hook = renderHook(server.client, () => usePhotos())
  await until(() => expect(hook.current().photos.length).toBe(60))
  await hook.current().loadMore()
  await until(() => expect(hook.current().photos.length).toBe(160))
  hook.rerender(() => usePhotos({ limit: 70 }))
  await until(() => expect(hook.current().photos.length).toBe(70))
  await hook.current().loadMore()
  await until(() => expect(hook.current().photos.length).toBe(140))
})

test('another query begins another list, without the page of the first', async () => {
  const photos = [makePhoto(3), makePhoto(2, { tags: ['cats'] }), makePhoto(1)]
  await using server = await openPhotoServer(photos)
  const initial = { photos, nextCursor: null, previousCursor: null }
  using hook = renderHook(server.client, () => usePhotos({ initial }))
  await until(() => expect(numbersOf(hook.current())).toEqual([3, 2, 1]))
  hook.rerender(() => usePhotos({ initial, tag: 'cats' }))
  await until(() => expect(numbersOf(hook.current())).toEqual([2]))
  expect(hook.values).toContainEqual(expect.objectContaining({ photos: [], status: 'loading' }))
})

test('an answer that comes after the query has changed is dropped', async () => {
  await using server = await openPhotoServer([makePhoto(2, { filename: 'cat.jpg' }), makePhoto(1)])
  const release = server.hold()
  using hook = renderHook(server.client, () => usePhotos())
  await until(() => expect(hook.current().status).toBe('loading'))
  hook.rerender(() => usePhotos({ search: 'cat' }))
  release()
  await until(() => expect(hook.current().status).toBe('ready'))
  expect(numbersOf(hook.current())).toEqual([2])
})

test('sends no request until it is enabled', async () => {
  await using server = await openPhotoServer(photosDown(1))
  using hook = renderHook(server.client, () => usePhotos({ enabled: false }))
  await until(() => expect(hook.current().status).toBe('loading'))
  hook.rerender(() => usePhotos({ enabled: true }))
  await until(() => expect(hook.current().status).toBe('ready'))
  expect(server.count('photos.list')).toBe(1)
})

test('a failure is reported, and loadMore tries again', async () => {
  await using server = await openPhotoServer(photosDown(1))
  server.fault.code = 'CATALOG_UNAVAILABLE'
  using hook = renderHook(server.client, () => usePhotos())
  await until(() => expect(hook.current().status).toBe('error'))
  expect(hook.current().error?.code).toBe('CATALOG_UNAVAILABLE')
  delete server.fault.code
  await hook.current().loadMore()
  await until(() => expect(hook.current().status).toBe('ready'))
  expect([numbersOf(hook.current()), hook.current().error]).toEqual([[1], undefined])
})

test('a refresh shows what is new, and keeps what follows the first page', async () => {
  const photos = photosDown(4)
  await using server = await openPhotoServer(photos)
  using hook = renderHook(server.client, () => usePhotos({ limit: 2 }))
  await until(() => expect(hook.current().status).toBe('ready'))
  await hook.current().loadMore()
  photos.unshift(makePhoto(5))
  await hook.current().refresh()
  await until(() => expect(numbersOf(hook.current())).toEqual([5, 4, 3, 2, 1]))
  photos.unshift(makePhoto(8), makePhoto(7), makePhoto(6))
  await hook.current().refresh()
  await until(() => expect(numbersOf(hook.current())).toEqual([8, 7]))
  await hook.current().loadMore()
  await until(() => expect(numbersOf(hook.current())).toEqual([8, 7, 6, 5]))
})

test('a photo that this page uploads is in front, if it belongs to the list', async () => {
  await using server = await openPhotoServer(photosDown(1))
  using all = renderHook(server.client, () => usePhotos())
  using cats = renderHook(server.client, () => usePhotos({ tag: 'cats' }))
  await until(() => expect([all.current().status, cats.current().status]).toEqual(['ready', 'ready']))
  const { publish } = photoChangesOf(server.client)
  publish({ type: 'created', photo: makePhoto(2) })
  publish({ type: 'created', photo: makePhoto(3, { tags: ['cats'] }) })
  await until(() => expect(numbersOf(all.current())).toEqual([3, 2, 1]))
  expect(numbersOf(cats.current())).toEqual([3])
})

test('a new photo belongs to a search that the server would find it by', async () => {
  await using server = await openPhotoServer([makePhoto(1, { filename: 'straße.jpg' })])
  using hook = renderHook(server.client, () => usePhotos({ search: 'straße' }))
  await until(() => expect(numbersOf(hook.current())).toEqual([1]))
  const { publish } = photoChangesOf(server.client)
  publish({ type: 'created', photo: makePhoto(2, { title: 'ＳＴＲＡＳＳＥ' }) })
  publish({ type: 'created', photo: makePhoto(3, { title: 'Strase' }) })
  await until(() => expect(numbersOf(hook.current())).toEqual([2, 1]))
})

test('a list that begins in the middle has newer pages too', async () => {
  await using server = await openPhotoServer(photosDown(7))
  const initial = { photos: photosDown(3, 2), nextCursor: '6', previousCursor: '4' }
  using hook = renderHook(server.client, () => usePhotos({ initial, limit: 2 }))
  await until(() => expect(hook.current()).toMatchObject({ hasNewer: true, hasMore: true }))
  // between it and the list there are photos that are not loaded
  // published until the hook's effects have run, since it has photos before that
  await until(() => {
    photoChangesOf(server.client).publish({ type: 'created', photo: makePhoto(8) })
    expect(hook.current().pending).toBe(1)
  })
  await hook.current().loadNewer()
  await until(() => expect(numbersOf(hook.current())).toEqual([5, 4, 3, 2]))
  server.fault.code = 'CATALOG_UNAVAILABLE'
  await hook.current().loadNewer()
  await until(() => expect(hook.current().status).toBe('error'))
  delete server.fault.code
  // what failed
  await hook.current().loadMore()
  await until(() => expect(numbersOf(hook.current())).toEqual([8, 7, 6, 5, 4, 3, 2]))
  expect(hook.current()).toMatchObject({ hasNewer: false, pending: 0 })
  await hook.current().loadNewer()
  expect(server.count('photos.list')).toBe(3)
})

test('a list begins with a photo, and its new photos wait although nothing is held', async () => {
  const photos = photosDown(7)
  await using server = await openPhotoServer(photos)
  using hook = renderHook(server.client, () => usePhotos({ around: idOf(3), limit: 2 }))
  await until(() => expect(numbersOf(hook.current())).toEqual([3, 2]))
  expect(hook.current()).toMatchObject({ hasNewer: true, hasMore: true })
  const { publish } = photoChangesOf(server.client)
  photos.unshift(makePhoto(8))
  publish({ type: 'arrived', photo: makePhoto(8) })
  publish({ type: 'updated', photo: makePhoto(6) }) // not loaded, and not new
  await until(() => expect(hook.current().pending).toBe(1))
  // the pages are those that were asked for, not a list from its beginning
  publish({ type: 'missed' })
  await until(() => expect(server.count('photos.list')).toBe(2))
  await until(() => expect(numbersOf(hook.current())).toEqual([3, 2]))
  hook.current().showPending()
  await until(() => expect(numbersOf(hook.current())).toEqual([8, 7]))
  expect(hook.current()).toMatchObject({ hasNewer: false, pending: 0 })
})

test('a list that begins with a photo that is deleted begins with the newest', async () => {
  await using server = await openPhotoServer(photosDown(3))
  using hook = renderHook(server.client, () => usePhotos({ around: idOf(9), limit: 2 }))
  await until(() => expect(numbersOf(hook.current())).toEqual([3, 2]))
  expect(hook.current()).toMatchObject({ hasNewer: false, hasMore: true })
})

test('a photo that this page uploads is at its place among photos by the time taken', async () => {
  const taken = (number: number, hour: number) =>
    makePhoto(number, { takenAt: `2025-01-01T${String(hour).padStart(2, '0')}:00:00` })
  await using server = await openPhotoServer([taken(3, 1), taken(2, 5), taken(1, 3)])
  using hook = renderHook(server.client, () => usePhotos({ sort: 'taken', limit: 2 }))
  await until(() => expect(numbersOf(hook.current())).toEqual([2, 1]))
  const { publish } = photoChangesOf(server.client)
  publish({ type: 'created', photo: taken(4, 4) })
  publish({ type: 'created', photo: taken(5, 2) }) // on a page that is not loaded
  await until(() => expect(numbersOf(hook.current())).toEqual([2, 4, 1]))
  await hook.current().loadMore()
  await until(() => expect(numbersOf(hook.current())).toEqual([2, 4, 1, 3]))
  publish({ type: 'created', photo: taken(6, 0) })
  await until(() => expect(numbersOf(hook.current())).toEqual([2, 4, 1, 3, 6]))
})

test('an update is shown at once, and taken back if the server refuses it', async () => {
  await using server = await openPhotoServer(photosDown(1))
  using hook = renderHook(server.client, () => usePhotos())
  await until(() => expect(hook.current().status).toBe('ready'))
  const titleOf = () => hook.current().photos[0]?.title
  const release = server.hold()
  const saved = hook.current().update(idOf(1), { title: 'Cat' })
  await until(() => expect(titleOf()).toBe('Cat'))
  release()
  expect((await saved).title).toBe('Cat')
  server.fault.code = 'FORBIDDEN'
  const refused = hook.current().update(idOf(1), { title: 'Dog' })
  await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await until(() => expect(titleOf()).toBe('Cat'))
})

test('a photo that is removed comes back by undo, and nothing is deleted', async () => {
  await using server = await openPhotoServer(photosDown(3))
  using hook = renderHook(server.client, () => usePhotos())
  await until(() => expect(hook.current().status).toBe('ready'))
  const removal = hook.current().remove([idOf(2), idOf(3)])
  await until(() => expect(numbersOf(hook.current())).toEqual([1]))
  removal.undo()
  expect(await removal.done).toEqual([])
  await until(() => expect(numbersOf(hook.current())).toEqual([3, 2, 1]))
  expect(server.count('photos.deleteMany')).toBe(0)
})

test('a removal is sent when its time is over; what cannot be deleted is shown again', async () => {
  const photos = [makePhoto(4), makePhoto(3, { tags: ['kept'] }), makePhoto(2), makePhoto(1)]
  await using server = await openPhotoServer(photos)
  using hook = renderHook(server.client, () => usePhotos())
  await until(() => expect(hook.current().status).toBe('ready'))
  const remove = (...numbers: number[]) => hook.current().remove(numbers.map(idOf), { undoMs: 0 }).done
  expect(await remove(4)).toEqual([idOf(4)])
  await until(() => expect(numbersOf(hook.current())).toEqual([3, 2, 1]))
  photos.pop() // another page deletes it
  await expect(remove(3, 1)).rejects.toMatchObject({ code: 'FORBIDDEN', requestId: 'request-1' })
  await until(() => expect(numbersOf(hook.current())).toEqual([3, 2]))
  server.fault.code = 'CATALOG_UNAVAILABLE'
  await expect(remove(2)).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' })
  await until(() => expect(numbersOf(hook.current())).toEqual([3, 2]))
})

test('a removal of many photos is sent in parts of 100', async () => {
  await using server = await openPhotoServer(photosDown(250))
  using hook = renderHook(server.client, () => usePhotos({ limit: 100 }))
  await until(() => expect(hook.current().status).toBe('ready'))
  const ids = photosDown(250).map(({ id }) => id)
  expect(await hook.current().remove(ids, { undoMs: 0 }).done).toEqual(ids)
  expect(server.calls.slice(1).map(({ input }) => (input.ids as string[]).length)).toEqual([100, 100, 50])
})

test('a removal is sent at once when the page is left', async () => {
  await using server = await openPhotoServer(photosDown(1))
  using hook = renderHook(server.client, () => usePhotos())
  await until(() => expect(hook.current().status).toBe('ready'))
  const { done } = hook.current().remove([idOf(1)])
  window.dispatchEvent(new Event('pagehide'))
  expect(await done).toEqual([idOf(1)])
})

test('a hook without a client says what is missing', () => {
  expect(() => renderOnServer(<WithoutProvider />)).toThrow('<TintypeProvider')
})

function WithoutProvider(): null {
  usePhotos()
  return null
}
