import { afterEach, describe, expect, test, vi } from 'vitest'
import { createTintypeClient } from '../create-tintype-client.ts'
import { failureOf } from '../testing/failure-of.ts'
import {
  openScriptedServer,
  photoAt,
  type Script,
  samplePhoto,
  sendJson,
} from '../testing/scripted-server.ts'

const { id } = samplePhoto
const metadata = { url: '/files/media/mine.jpg' }
const below = { ...photoAt({ url: '/files' }), metadata }

/** A server with the base path `/files`, which says so in its URLs. */
const answer: Script = async ({ seen, response, whole }) => {
  await whole
  const isUpload = seen.url.pathname.endsWith('/photos')
  const call = { result: { data: { photos: [below], nextCursor: null } } }
  sendJson(response, { status: 200, body: isUpload ? below : [call] })
}

afterEach(() => vi.unstubAllGlobals())

describe.each([
  ['/api/tintype/', '/api/tintype'],
  ['/', ''],
  ['', ''],
  [undefined, ''],
])('the url %o in a page', (url, base) => {
  test('reaches the origin of the page, and begins every media URL as it was given', async () => {
    await using server = await openScriptedServer(answer)
    vi.stubGlobal('location', { origin: server.url })
    const tintype = createTintypeClient({ url })
    expect(tintype.url).toBe(base)
    const expected = { ...photoAt({ url: base }), metadata }
    const photo = await tintype.upload(new Blob(['1']))
    expect(photo).toEqual(expected)
    expect((await tintype.photos.list.query()).photos).toEqual([expected])
    expect(server.seen.map((one) => one.url.pathname)).toEqual([`${base}/photos`, `${base}/trpc/photos.list`])
    expect(tintype.mediaUrl(photo, { width: 640 })).toBe(`${base}/media/${id}/w640.webp`)
    expect(tintype.mediaUrl(below)).toBe(`${base}/media/${id}.jpg`)
  })

  test.each([undefined, { origin: 'null' }])(
    'fails the first request outside a page (location: %o), and nothing before',
    async (location) => {
      vi.stubGlobal('location', location)
      const { upload, photos } = createTintypeClient({ url })
      const expected = {
        code: 'INVALID_REQUEST',
        message: 'Expected a url such as http://localhost:3000, or /api in a page',
      }
      expect(await failureOf(upload(new Blob(['1'])))).toMatchObject(expected)
      expect(await failureOf(photos.list.query())).toMatchObject(expected)
      expect(await failureOf(photos.delete.mutate({ id }))).toMatchObject(expected)
    },
  )
})

test('outside a page a fetch of the caller gets a root-relative url, which begins every media URL', async () => {
  await using server = await openScriptedServer(answer)
  const url = '/api/tintype'
  const { upload, photos } = createTintypeClient({
    url,
    fetch: (path, init) => fetch(server.url + path, init),
  })
  const expected = { ...photoAt({ url }), metadata }
  expect(await upload(new Blob(['1']))).toEqual(expected)
  expect((await photos.list.query()).photos).toEqual([expected])
})

test('an absolute url begins every media URL that the server does not make absolute', async () => {
  const hosted = photoAt({ url: 'https://cdn.example.com/files' })
  await using server = await openScriptedServer(async ({ seen, response, whole }) => {
    await whole
    const data = [hosted, below]
    sendJson(response, { status: 200, body: seen.method === 'POST' ? hosted : [{ result: { data } }] })
  })
  const url = `${server.url}/behind/a/proxy`
  const { upload, thumbnails } = createTintypeClient({ url })
  expect(await upload(new Blob(['1']))).toEqual(hosted)
  expect(await thumbnails.list.query({ photoId: id })).toEqual([hosted, { ...photoAt({ url }), metadata }])
})
