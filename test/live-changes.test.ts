import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTintypeClient, type PhotoChange } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { beforeAll, expect, test, vi } from 'vitest'
import { mutate } from './support/call.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { uploadPhoto } from './support/upload.ts'
import { waiting } from './support/uploads.ts'

let image: Uint8Array
beforeAll(async () => {
  image = await makeImage({ width: 16, height: 12, format: 'png' })
})

/** Follows the changes of a server with the SDK. */
function follow(tintype: Tintype) {
  const changes: PhotoChange[] = []
  const ids: string[] = []
  const client = createTintypeClient({ url: tintype.url, retry: { waitMs: () => 10 } })
  const stream = client.photos.onChange.subscribe(undefined, {
    onChange(change, id) {
      changes.push(change)
      ids.push(id)
    },
  })
  const names = () =>
    changes.map((change) => ('photo' in change ? `${change.type} ${change.photo.title}` : change.type))
  const until = (expected: unknown[]) => vi.waitFor(() => expect(names()).toEqual(expected), waiting)
  return { changes, ids, until, [Symbol.dispose]: stream.unsubscribe }
}

/** Reads a stream until the text ends with what is expected. */
async function readUntil(url: string, expected: RegExp, headers: Record<string, string> = {}) {
  const answer = await fetch(url, { headers })
  let text = ''
  for await (const bytes of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += bytes
    if (expected.test(text)) break
  }
  return { answer, text }
}

test('changes made by other clients are heard as they happen, with URLs that work', async () => {
  await using tintype = await startTintype()
  using following = follow(tintype)
  await following.until(['ready'])
  const { id } = await uploadPhoto(tintype.url, image, { title: 'one' })
  await following.until(['ready', 'photo.created one'])
  await mutate(tintype.url, 'photos.update', { id, title: 'two' })
  await mutate(tintype.url, 'photos.tagMany', { ids: [id], add: ['tag'] })
  await mutate(tintype.url, 'photos.delete', { id })
  await following.until([
    'ready',
    'photo.created one',
    'photo.updated two',
    'photo.updated two',
    'photo.deleted',
  ])
  const created = following.changes.find(({ type }) => type === 'photo.created')
  expect(created?.type === 'photo.created' && created.photo.url).toMatch(`${tintype.url}/media/${id}`)
  expect(following.changes.at(-1)).toEqual({ type: 'photo.deleted', id, owner: null })
})

test('the stream is plain server-sent events, which curl and EventSource read and resume', async () => {
  await using tintype = await startTintype()
  const url = `${tintype.url}/trpc/photos.onChange`
  const { answer, text } = await readUntil(url, /id: .+\n/)
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  expect(answer.headers.get('x-accel-buffering')).toBe('no')
  expect(answer.headers.get('cache-control')).toBe('no-store, no-transform')
  expect(answer.headers.get('content-encoding')).toBeNull()
  const id = /id: (.+)\n/.exec(text)?.[1] ?? ''
  expect(text).toContain('data: {"type":"ready"}')
  await uploadPhoto(tintype.url, image, { title: 'missed' })
  const byHeader = await readUntil(url, /photo\.created.*\n/, { 'Last-Event-ID': id })
  const byQuery = await readUntil(`${url}?lastEventId=${id}`, /photo\.created.*\n/)
  for (const resumed of [byHeader, byQuery])
    expect(resumed.text).toMatch(/ready[\s\S]*photo\.created.*"title":"missed"/)
  expect((await readUntil(url, /reset/, { 'Last-Event-ID': 'x' })).text).toContain('{"type":"reset"}')
  const refused = await fetch(`${url}?input=${encodeURIComponent('{"types":["all"]}')}`)
  expect([refused.status, refused.headers.get('content-type')]).toEqual([400, 'application/json'])
})

test('B309 streams end at the first SIGTERM, and clients miss nothing over a restart', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-live-'))
  const started = await startTintype({ dataDirectory: directory.path })
  using following = follow(started)
  await following.until(['ready'])
  await uploadPhoto(started.url, image, { title: 'before' })
  await following.until(['ready', 'photo.created before'])
  const quiet = await fetch(`${started.url}/trpc/photos.onChange`)
  expect(await started.stop()).toBe(0)
  expect(await quiet.text()).not.toMatch(/event: (return|serialized-error)/)
  expect(started.log.filter(({ level }) => Number(level) >= 40)).toEqual([])

  const env = { TINTYPE_PORT: new URL(started.url).port }
  await using again = await startTintype({ dataDirectory: directory.path, env })
  await uploadPhoto(again.url, image, { title: 'after' })
  await following.until(['ready', 'photo.created before', 'ready', 'photo.created after'])
})
