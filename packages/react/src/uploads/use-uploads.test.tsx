// @vitest-environment happy-dom
import { createUploadQueue } from '@tintype/client/queue'
import { useEffect } from 'react'
import { expect, test } from 'vitest'
import { usePhotos } from '../photos/use-photos.ts'
import { makePhoto } from '../testing/make-photo.ts'
import { openPhotoServer } from '../testing/open-photo-server.ts'
import { hydrateHook, renderHook } from '../testing/render-hook.tsx'
import { makeFile } from '../testing/transfer.ts'
import { until } from '../testing/until.ts'
import { useUploads } from './use-uploads.ts'

function useTitled(title: string, rendered: string[]) {
  const uploads = useUploads({ optionsFor: () => ({ title }) })
  useEffect(() => void rendered.push(title))
  return uploads
}

const files = (...names: string[]) => names.map((name) => makeFile(name))

test('uploads every file once in StrictMode, and its photo appears in the lists', async () => {
  await using server = await openPhotoServer([makePhoto(1)])
  using list = renderHook(server.client, () => usePhotos())
  using hook = renderHook(server.client, () => useUploads())
  await until(() => expect([list.current().status, hook.current().status]).toEqual(['ready', 'idle']))
  hook.current().add(files('a.png', 'b.png'))
  await until(() => expect(hook.current().totals).toMatchObject({ count: 2, stored: 2, fraction: 1 }))
  expect(hook.current().items.map(({ name, state }) => [name, state])).toEqual([
    ['a.png', 'stored'],
    ['b.png', 'stored'],
  ])
  await until(() => expect(list.current().photos).toHaveLength(3))
  expect([server.count('upload'), server.count('photos.list')]).toEqual([2, 1])
})

test('each photo gets what the options of the last render say', async () => {
  await using server = await openPhotoServer([])
  const rendered: string[] = []
  using hook = renderHook(server.client, () => useTitled('old', rendered))
  await until(() => expect(rendered).toContain('old'))
  hook.rerender(() => useTitled('new', rendered))
  await until(() => expect(rendered).toContain('new'))
  hook.current().add(files('a.png'))
  await hook.current().settled()
  expect(server.calls.at(-1)).toMatchObject({ path: 'upload', input: { title: 'new' } })
})

test('a component that is unmounted cancels what it has not sent', async () => {
  await using server = await openPhotoServer([])
  const release = server.hold()
  const hook = renderHook(server.client, () => useUploads())
  await until(() => expect(hook.current().status).toBe('idle'))
  const { add, settled } = hook.current()
  add(files('a.png'))
  await until(() => expect(hook.current().items[0]?.state).toMatch(/sending|processing/))
  hook[Symbol.dispose]()
  expect((await settled()).items).toMatchObject([{ state: 'cancelled' }])
  release()
})

test('a queue of your own goes on without a component, and several can show it', async () => {
  await using server = await openPhotoServer([])
  const release = server.hold()
  const queue = createUploadQueue(server.client)
  const hook = renderHook(server.client, () => useUploads({ queue }))
  await until(() => expect(hook.current().status).toBe('idle'))
  hook.current().add(files('a.png'))
  await until(() => expect(hook.current().totals.count).toBe(1))
  hook[Symbol.dispose]()
  release()
  expect((await queue.settled()).totals.stored).toBe(1)
  using list = renderHook(server.client, () => usePhotos())
  using again = renderHook(server.client, () => useUploads({ queue }))
  await until(() => expect(again.current().totals.stored).toBe(1))
  await until(() => expect(list.current().photos).toHaveLength(1))
})

test('a photo that was deleted since does not come back with its upload', async () => {
  await using server = await openPhotoServer([])
  const queue = createUploadQueue(server.client)
  using list = renderHook(server.client, () => usePhotos())
  const hook = renderHook(server.client, () => useUploads({ queue }))
  await until(() => expect([list.current().status, hook.current().status]).toEqual(['ready', 'idle']))
  hook.current().add(files('a.png'))
  await until(() => expect(list.current().photos).toHaveLength(1))
  const id = list.current().photos[0]?.id ?? ''
  await list.current().remove([id], { undoMs: 0 }).done
  hook[Symbol.dispose]()
  using again = renderHook(server.client, () => useUploads({ queue }))
  await until(() => expect(again.current().totals.stored).toBe(1))
  expect(list.current().photos).toEqual([])
})

test('a server renders an empty queue, as the browser does at first', async () => {
  await using server = await openPhotoServer([])
  using hook = await hydrateHook(server.client, () => useUploads())
  for (const one of [hook.onServer, hook.first, hook.current()])
    expect(one).toMatchObject({ items: [], status: 'idle', totals: { count: 0 } })
})
