import { createHmac } from 'node:crypto'
import type { UploadToken } from '@tintype/contract'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { mediaUrl, srcset } from '../media-url.ts'
import * as entry from '../server.ts'
import { failureOf } from '../testing/failure-of.ts'
import { openScriptedServer, refuse, samplePhoto, sendJson } from '../testing/scripted-server.ts'
import { createTintypeServer } from './create-tintype-server.ts'

const { id } = samplePhoto
const url = 'https://photos.example.com/files'
const bytes = Buffer.alloc(32, 7)
const signingKey = `2026a:${bytes.toString('base64url')}`
const tintype = createTintypeServer({ url, key: 'ttk_x', signingKey })
const nowMs = 1_800_000_000_900
const refused = expect.objectContaining({ code: 'INVALID_REQUEST' })

test('the entry exports what the manual says, and nothing else', () => {
  expect(Object.keys(entry).sort()).toEqual(['createTintypeServer', 'signFor'])
})

describe('calls', () => {
  test('have the key, and name the procedure', async () => {
    await using server = await openScriptedServer(async ({ seen, response, whole }) => {
      await whole
      const answer = { result: { data: null } }
      sendJson(response, { status: 200, body: seen.method === 'GET' ? [answer] : answer })
    })
    const { keys, tokens, urls, owners, audit, photos } = createTintypeServer({
      url: server.url,
      key: 'ttk_x',
    })
    await photos.list.query()
    await keys.create.mutate({ name: 'app', scopes: ['manage'] })
    await keys.list.query()
    await keys.rotate.mutate({ id: 'x' })
    await keys.revoke.mutate({ id: 'x' })
    await tokens.createUpload.mutate([{ owner: 'user:1' }])
    await tokens.revoke.mutate({ id: 'x' })
    await urls.sign.mutate({ photoId: id })
    await owners.usage.query({ owner: 'user:1' })
    await owners.setQuota.mutate({ owner: 'user:1', maxPhotos: 3 })
    await audit.list.query()
    expect(server.seen.map((one) => `${one.method} ${one.url.pathname}`)).toEqual([
      'GET /trpc/photos.list',
      'POST /trpc/keys.create',
      'GET /trpc/keys.list',
      'POST /trpc/keys.rotate',
      'POST /trpc/keys.revoke',
      'POST /trpc/tokens.createUpload',
      'POST /trpc/tokens.revoke',
      'POST /trpc/urls.sign',
      'GET /trpc/owners.usage',
      'POST /trpc/owners.setQuota',
      'GET /trpc/audit.list',
    ])
    for (const { headers } of server.seen) expect(headers.authorization).toBe('Bearer ttk_x')
  })

  test('fail with a TintypeError', async () => {
    await using server = await openScriptedServer(refuse('FORBIDDEN'))
    const { tokens } = createTintypeServer({ url: server.url, key: 'ttk_x' })
    expect(await failureOf(tokens.createUpload.mutate({}))).toMatchObject({ code: 'FORBIDDEN' })
  })

  test('are typed: one token for one input, several for several', () => {
    const one = () => tintype.tokens.createUpload.mutate({ owner: 'user:1' })
    const many = () => tintype.tokens.createUpload.mutate([{}, {}])
    expectTypeOf(one).returns.resolves.toEqualTypeOf<UploadToken>()
    expectTypeOf(many).returns.resolves.toEqualTypeOf<readonly UploadToken[]>()
  })
})

describe('signedUrl', () => {
  const signed = (choice: Parameters<typeof tintype.signedUrl>[1], photo: typeof samplePhoto = samplePhoto) =>
    tintype.signedUrl(photo, { nowMs, ...choice } as typeof choice)

  test.each([
    [{}, `/media/${id}.jpg`, '', `/media/${id}.jpg`, 'inline'],
    [{ width: 600 }, `/media/${id}/w640.webp`, '', `/media/${id}/w640.webp`, 'inline'],
    [
      { preset: 'thumb', covers: 'renditions' },
      `/media/${id}/thumb.webp`,
      'p=r&',
      `/media/${id}/*`,
      'inline',
    ],
    [{ covers: 'photo', download: true }, `/media/${id}.jpg`, 'd=1&p=a&', `/media/${id}*`, 'attachment'],
  ] as const)('%o has the MAC of the text in the manual', (choice, path, start, subject, disposition) => {
    const [address, query = ''] = signed(choice).split('?')
    expect(address).toBe(url + path)
    const [, before, e, mac] = /^(.*)e=(\d{10})&k=2026a&s=([\w-]{43})$/.exec(query) ?? []
    expect(before).toBe(start)
    const text = `tintype-url-1\nGET\n${subject}\n${disposition}\n${e}\n2026a`
    expect(mac).toBe(createHmac('sha256', bytes).update(text).digest('base64url'))
    const restSeconds = Number(e) - Math.floor(nowMs / 1000)
    expect(restSeconds).toBeGreaterThanOrEqual(3600)
    expect(restSeconds).toBeLessThanOrEqual(4500)
  })

  test('replaces the signature of the photo', () => {
    const old = {
      ...samplePhoto,
      url: `https://cdn.example${samplePhoto.url}?p=a&e=0&k=a&s=${'A'.repeat(43)}`,
    }
    expect(signed({ width: 640 }, old)).toMatch(
      new RegExp(`^https://cdn\\.example/media/${id}/w640\\.webp\\?e=\\d{10}&k=2026a&s=[\\w-]{43}$`),
    )
  })

  test('for all renditions serves a whole srcset', () => {
    const thumbnail = { url: signed({ preset: 'thumb', covers: 'renditions' }) }
    const [, query] = thumbnail.url.split('?')
    for (const entry of srcset({ ...samplePhoto, thumbnail }).split(', '))
      expect(entry).toContain(`?${query} `)
    expect(mediaUrl({ ...samplePhoto, thumbnail })).toBe(samplePhoto.url)
  })

  test('without an end is for public photos', () => {
    expect(signed({ expiresInSeconds: 'never' })).toContain('?e=0&')
    const secret = { ...samplePhoto, visibility: 'private' as const }
    expect(() => signed({ expiresInSeconds: 'never' }, secret)).toThrow(refused)
  })

  test.each([0, 1.5, 604_801, Number.NaN])('of %d seconds is not made', (expiresInSeconds) => {
    expect(() => signed({ expiresInSeconds })).toThrow(refused)
  })

  test('of the original is not covered by a signature for renditions', () => {
    expect(() => signed({ covers: 'renditions' })).toThrow(refused)
  })

  test('needs a signing key', () => {
    expect(() => createTintypeServer({ url, key: 'x' }).signedUrl(samplePhoto)).toThrow(refused)
  })
})

test.each(['', 'secret', `${signingKey}A`, `UPPER:${'A'.repeat(43)}`, 'a:secret='])(
  'B230: the signing key %j is refused without being repeated',
  (wrong) => {
    const create = () => createTintypeServer({ url, key: 'x', signingKey: wrong })
    expect(create).toThrow(refused)
    if (wrong !== '') expect(create).not.toThrow(wrong)
  },
)

test('an empty key is refused, because its calls would have no credential', () => {
  expect(() => createTintypeServer({ url, key: '' })).toThrow(refused)
})
