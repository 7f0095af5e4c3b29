import { createTintypeClient, createUploader, isTintypeError, type Photo } from '@tintype/client'
import { createTintypeServer, type SignatureCover, type TintypeServer } from '@tintype/client/server'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runServer } from './support/run-server.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'

const adminKey = 'operator-operator-operator-operator'

let tintype: Tintype
let server: TintypeServer
let file: File

beforeAll(async () => {
  const bytes = new Uint8Array(await makeImage({ width: 800, height: 600, format: 'jpeg' }))
  file = new File([bytes], 'cat.jpg', { type: 'image/jpeg' })
  tintype = await startTintype({ env: { TINTYPE_ACCESS: 'closed', TINTYPE_ADMIN_KEY: adminKey } })
  const { stdout } = await runServer({ TINTYPE_ACCESS: 'closed', TINTYPE_DATA_DIR: tintype.dataDirectory }, [
    'keys',
    'derive',
    'media-url',
  ])
  server = createTintypeServer({ url: tintype.url, key: adminKey, signingKey: stdout })
})

afterAll(() => tintype[Symbol.asyncDispose]())

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (isTintypeError(error) ? error.code : error),
  )
const statusOf = async (url: string) => (await fetch(url)).status

describe('a browser with tokens of the back end', () => {
  test('uploads one photo with each, and gets the next one when the last is refused', async () => {
    const requests: object[] = []
    const page = createUploader({
      url: tintype.url,
      async token(request) {
        requests.push(request)
        const { token, id } = await server.tokens.createUpload.mutate({ owner: 'user:1', tags: ['page'] })
        if (requests.length === 1) await server.tokens.revoke.mutate({ id })
        return token
      },
    })
    const photo = await page.upload(file, { title: 'Cat' })
    expect(photo).toMatchObject({ owner: 'user:1', tags: ['page'], title: 'Cat', visibility: 'public' })
    expect(requests).toEqual([{}, { refused: expect.stringMatching(/^ttu\./) }])
    expect(await codeOf(page.upload(new File([file, 'x'], 'other.jpg')))).toBe('TOKEN_USED_UP')
  })

  test('uses a token as often as it may', async () => {
    const [one] = await server.tokens.createUpload.mutate([{ uses: 2 }, {}])
    const { uploadAll } = createUploader({ url: tintype.url, token: one?.token })
    const outcomes = await uploadAll([file, file, file], { concurrency: 1 })
    expect(outcomes.map((one) => (one.status === 'rejected' ? one.error.code : one.status))).toEqual([
      'fulfilled',
      'fulfilled',
      'TOKEN_USED_UP',
    ])
  })

  test('without one is refused', async () => {
    const page = createTintypeClient({ url: tintype.url })
    expect(await codeOf(page.upload(file))).toBe('UNAUTHENTICATED')
    expect(await codeOf(page.photos.list.query())).toBe('UNAUTHENTICATED')
  })
})

describe('a back end', () => {
  test('makes, lists and revokes keys, and reads who did it', async () => {
    const made = await server.keys.create.mutate({ name: 'reader', scopes: ['read'], owner: 'user:1' })
    const reader = createTintypeClient({ url: tintype.url, token: made.key })
    const { photos } = await reader.photos.list.query()
    expect(new Set(photos.map(({ owner }) => owner))).toEqual(new Set(['user:1']))
    expect(await codeOf(reader.upload(file))).toBe('FORBIDDEN')
    expect(await server.keys.list.query()).toMatchObject([{ id: made.id, name: 'reader' }])
    await server.keys.revoke.mutate({ id: made.id })
    const { entries } = await server.audit.list.query({ target: made.id })
    expect(entries.map(({ action, actor }) => `${actor} ${action}`)).toEqual([
      'env key.revoke',
      'env key.create',
    ])
  })

  test('uploads for an owner, and reads and limits what the owner has', async () => {
    await server.upload(file, { owner: 'user:2', visibility: 'private' })
    await server.owners.setQuota.mutate({ owner: 'user:2', maxPhotos: 1 })
    expect(await server.owners.usage.query({ owner: 'user:2' })).toMatchObject({ photos: 1, maxPhotos: 1 })
    expect(await codeOf(server.upload(file, { owner: 'user:2' }))).toBe('QUOTA_EXCEEDED')
  })
})

describe('a private photo', () => {
  let photo: Photo
  let unsigned: Photo

  beforeAll(async () => {
    photo = await server.upload(file, { owner: 'user:3', visibility: 'private' })
    const plain = (url: string) => url.replace(/\?.*$/, '')
    unsigned = {
      ...photo,
      url: plain(photo.url),
      thumbnail: { ...photo.thumbnail, url: plain(photo.thumbnail.url) },
    }
  })

  test('can be shown by what its answer carries, at every width and preset', async () => {
    expect(await statusOf(server.mediaUrl(photo))).toBe(200)
    expect(await statusOf(server.mediaUrl(photo, { preset: 'square' }))).toBe(200)
    for (const entry of server.srcset(photo, { widths: [160, 640] }).split(', '))
      expect(await statusOf(entry.split(' ')[0] ?? '')).toBe(200)
    expect(await statusOf(server.mediaUrl(unsigned))).toBe(404)
  })

  test('B248 has one URL that opens its original: with the query of its renditions it is refused', async () => {
    const tokens = await server.tokens.createUpload.mutate({ owner: 'user:3', visibility: 'private' })
    const page = createTintypeClient({ url: tintype.url, token: tokens.token })
    const answers = [
      photo,
      await server.photos.get.query({ id: photo.id }),
      (await server.photos.list.query({ owner: 'user:3' })).photos[0],
      await page.upload(new File([file, 'x'], 'other.jpg')),
    ]
    for (const answer of answers) {
      if (!answer) throw new Error('there is no photo')
      const renditions = [
        answer.thumbnail.url,
        page.mediaUrl(answer, { width: 320 }),
        ...page.srcset(answer, { widths: [160, 320], format: 'jpg' }).split(/ \d+w(?:, |$)/, 2),
      ]
      const original = new URL(answer.url)
      const answered = await Promise.all(renditions.map((url) => fetch(url)))
      expect(answered.map(({ status }) => status)).toEqual(renditions.map(() => 200))
      for (const url of renditions) {
        const changed = new URL(original.pathname + new URL(url).search, url)
        for (const one of [changed, changed.href.replace('p=r', 'p=a')]) {
          const refused = await fetch(one)
          expect([refused.status, (await refused.json()).code]).toEqual([403, 'INVALID_SIGNATURE'])
        }
        changed.search = ''
        expect(await statusOf(changed.href)).toBe(404)
      }
      expect(await statusOf(page.mediaUrl(answer))).toBe(200)
    }
  })

  test('B218: can be shown by a URL that was signed offline, as far as that covers', async () => {
    expect(await statusOf(server.signedUrl(unsigned))).toBe(200)
    expect(await statusOf(server.signedUrl(unsigned, { width: 640 }))).toBe(200)
    const thumbnail = { url: server.signedUrl(unsigned, { preset: 'thumb', covers: 'renditions' }) }
    const reference = { ...unsigned, thumbnail }
    expect(await statusOf(server.mediaUrl(reference, { width: 320 }))).toBe(200)
    expect(await statusOf(server.mediaUrl(reference))).toBe(404)
    const [, query] = server.signedUrl(unsigned, { width: 640 }).split('?')
    expect(await statusOf(`${server.mediaUrl(unsigned, { width: 320 })}?${query}`)).toBe(403)
  })

  test('is saved by browsers if the URL says so', async () => {
    const { headers } = await fetch(server.signedUrl(unsigned, { download: true }))
    expect(headers.get('content-disposition')).toMatch(/^attachment/)
  })

  const covers: SignatureCover[] = ['path', 'renditions', 'photo']
  test.each(covers)('B215: has the same signed URLs from the server and offline: %s', async (cover) => {
    const preset = 'thumb' as const
    const path = new URL(server.mediaUrl(unsigned, { preset })).pathname.replace(/^.*(?=\/media\/)/, '')
    for (const expiresInSeconds of [1, 3, 4, 59, 600, 3600, 86_400, 604_800])
      for (const download of [false, true]) {
        const choice = { covers: cover, expiresInSeconds, download }
        const [signed] = await server.urls.sign.mutate({ paths: [path], ...choice })
        // the last moment at which this URL comes out
        const nowMs = Date.parse(signed?.expiresAt ?? '') - expiresInSeconds * 1000
        expect(server.signedUrl(unsigned, { ...choice, preset, nowMs }).split('?')[1]).toBe(signed?.query)
      }
  })
})
