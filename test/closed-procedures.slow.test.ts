import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { ask, expectPhoto, expectProblem, type PhotoJson, waiting } from './support/uploads.ts'

const adminKey = 'operator-operator-operator-operator'

let tintype: Tintype
let jpeg: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  jpeg = new Uint8Array(await makeImage({ width: 80, height: 60, format: 'jpeg' }))
  tintype = await startTintype({
    env: { TINTYPE_ACCESS: 'closed', TINTYPE_ADMIN_KEY: adminKey, TINTYPE_OWNER_MAX_PHOTOS: '3' },
  })
})

afterAll(() => tintype[Symbol.asyncDispose]())

const bearer = (credential: string) => ({ Authorization: `Bearer ${credential}` })

/** Calls a procedure with a credential: a query if there is no input. */
async function call(name: string, input?: object, credential = adminKey) {
  const headers = { ...bearer(credential), 'Content-Type': 'application/json' }
  const init = input === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(input) }
  const answer = await ask(tintype, `/trpc/${name}`, init)
  const { result, error } = JSON.parse(answer.body.toString())
  return { status: answer.status, data: result?.data, code: error?.data?.code }
}

function upload(credential: string, query = '') {
  const headers = { ...bearer(credential), 'Content-Type': 'image/jpeg' }
  return ask(tintype, `/photos${query}`, { method: 'POST', headers, body: jpeg })
}

describe('a key', () => {
  test('B222: has the rights of its scopes, until it is revoked', async () => {
    const made = await call('keys.create', { name: 'reader', scopes: ['read'] })
    const { key, id } = made.data
    expect(key).toMatch(/^ttk_/)
    expect((await call('photos.list', undefined, key)).status).toBe(200)
    expect(await call('keys.list', undefined, key)).toMatchObject({ status: 403, code: 'FORBIDDEN' })
    expectProblem(await upload(key), 403, 'FORBIDDEN')
    expect((await call('keys.revoke', { id })).status).toBe(200)
    await vi.waitFor(async () => {
      expect(await call('photos.list', undefined, key)).toMatchObject({
        status: 401,
        code: 'UNAUTHENTICATED',
      })
    }, waiting)
  })

  test('B157 B226: for one owner sees and uploads the photos of that owner only, within its quota', async () => {
    const owners = ['user:1', 'user:2']
    const [one, two] = await Promise.all(
      owners.map(
        async (owner) => (await call('keys.create', { name: owner, scopes: ['manage'], owner })).data.key,
      ),
    )
    const photo = expectPhoto(await upload(one, '?visibility=private'))
    expect((await call('photos.list', undefined, one)).data.photos).toMatchObject([
      { id: photo.id, owner: 'user:1' },
    ])
    expect((await call('photos.list', undefined, two)).data.photos).toEqual([])
    for (const path of [`/photos/${photo.id}`, `/media/${photo.id}.jpg`])
      expectProblem(await ask(tintype, path, { headers: bearer(two) }), 404, 'PHOTO_NOT_FOUND')
    expect((await ask(tintype, photo.url)).status).toBe(200)
  })

  test('B083: fills the quota of its owner, and no more', async () => {
    const owner = 'user:5'
    const { key } = (await call('keys.create', { name: owner, scopes: ['manage'], owner })).data
    const answers = await Promise.all(Array.from({ length: 6 }, () => upload(key)))
    const full = answers.filter(({ status }) => status !== 201)
    for (const answer of full) expectProblem(answer, 403, 'QUOTA_EXCEEDED')
    expect(full).toHaveLength(3)
    expect((await call('owners.usage', undefined, key)).data).toMatchObject({ photos: 3, maxPhotos: 3 })
  })
})

describe('an upload token', () => {
  test('makes one photo with the facts that it fixes, and nothing else', async () => {
    const terms = { owner: 'user:3', tags: ['from-token'], visibility: 'private', metadata: { order: 7 } }
    const { token, url } = (await call('tokens.createUpload', terms)).data
    expect(url).toMatch(/\/photos$/)
    const photo: PhotoJson & { owner?: string; metadata?: object } = expectPhoto(await upload(token))
    expect(photo).toMatchObject({ owner: 'user:3', tags: ['from-token'], metadata: { order: 7 } })
    expect((await ask(tintype, photo.url)).status).toBe(200)
    expectProblem(await upload(token), 409, 'TOKEN_USED_UP')
    expect(await call('photos.list', undefined, token)).toMatchObject({ status: 403, code: 'FORBIDDEN' })
  })

  test('that is revoked makes none', async () => {
    const { token, id } = (await call('tokens.createUpload', {})).data
    expect((await call('tokens.revoke', { id })).status).toBe(200)
    expectProblem(await upload(token), 401, 'UNAUTHENTICATED')
  })
})

test('a signed URL opens a private photo, and no other one', async () => {
  const [photo, other] = [
    expectPhoto(await upload(adminKey, '?visibility=private')),
    expectPhoto(await upload(adminKey, '?visibility=private&owner=user:4')),
  ]
  const [signed] = (await call('urls.sign', { photoId: photo.id, covers: 'renditions' })).data
  expect((await ask(tintype, signed.url)).status).toBe(200)
  expect((await ask(tintype, `/media/${photo.id}/w160.webp?${signed.query}`)).status).toBe(200)
  for (const path of [`/media/${photo.id}.jpg`, `/media/${other.id}/thumb.webp`])
    expectProblem(await ask(tintype, `${path}?${signed.query}`), 403, 'INVALID_SIGNATURE')
})

test('the audit log names who did what', async () => {
  const photo = expectPhoto(await upload(adminKey))
  await ask(tintype, `/photos/${photo.id}`, { method: 'DELETE', headers: bearer(adminKey) })
  await ask(tintype, '/metrics', { headers: bearer('wrong-wrong-wrong-wrong-wrong-wrong') })
  await vi.waitFor(async () => {
    const { entries } = (await call('audit.list')).data
    expect(entries).toContainEqual(
      expect.objectContaining({ action: 'photo.delete', actor: 'env', target: photo.id }),
    )
    expect(entries).toContainEqual(
      expect.objectContaining({
        action: 'credential.verify',
        outcome: 'refused',
        details: { address: '127.0.0.1' },
      }),
    )
  }, waiting)
})
