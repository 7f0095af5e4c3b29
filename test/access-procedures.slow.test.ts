import { createHmac } from 'node:crypto'
import { makeImage } from '@tintype/imaging/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { mutate, query } from './support/call.ts'
import { runCommand } from './support/run-command.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { ask, expectPhoto, expectProblem } from './support/uploads.ts'

const adminKey = 'operator-operator-operator-operator'
const bearer = (text: string) => ({ Authorization: `Bearer ${text}` })
const admin = bearer(adminKey)

let jpeg: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  jpeg = new Uint8Array(await makeImage({ width: 80, height: 60, format: 'jpeg' }))
})

const startClosed = () => startTintype({ env: { TINTYPE_ACCESS: 'closed', TINTYPE_ADMIN_KEY: adminKey } })

/** Makes a key, and returns it with its id. */
async function createKey(tintype: Tintype, choice: object) {
  const input = { name: 'test', scopes: ['manage'], ...choice }
  const { data } = await mutate<{ id: string; key: string }>(tintype.url, 'keys.create', input, admin)
  if (data === undefined) throw new Error('no key was made')
  return { id: data.id, headers: bearer(data.key), key: data.key }
}

interface Token {
  readonly token: string
  readonly id: string
  readonly url: string
}

function send(tintype: Tintype, path: string, headers: Record<string, string>, query = '') {
  const all = { 'Content-Type': 'image/jpeg', ...headers }
  return ask(tintype, path + query, { method: 'POST', headers: all, body: jpeg })
}

describe('a closed server', () => {
  test('makes upload tokens that browsers upload with, as often as they say', async () => {
    await using tintype = await startClosed()
    const { headers } = await createKey(tintype, { owner: 'alice' })
    const made = await mutate<Token[]>(tintype.url, 'tokens.createUpload', [{}, { tags: ['b'] }], headers)
    const [first, second] = made.data ?? []
    const photo = expectPhoto(await send(tintype, first?.url ?? '', bearer(first?.token ?? '')))
    expect(photo).toMatchObject({ owner: 'alice' })
    expectProblem(await send(tintype, first?.url ?? '', bearer(first?.token ?? '')), 409, 'TOKEN_USED_UP')

    await mutate(tintype.url, 'tokens.revoke', { id: second?.id }, headers)
    const refused = await send(tintype, second?.url ?? '', bearer(second?.token ?? ''))
    expectProblem(refused, 401, 'UNAUTHENTICATED')
  })

  test('B222: refuses a revoked key, and what the scopes of a key do not allow', async () => {
    await using tintype = await startClosed()
    const { id, headers } = await createKey(tintype, {})
    const forbidden = await mutate(tintype.url, 'keys.revoke', { id }, headers)
    expect(forbidden.problem).toMatchObject({ code: 'FORBIDDEN', needs: 'keys:manage' })
    const unused = await createKey(tintype, { scopes: ['admin'] })
    await mutate(tintype.url, 'keys.revoke', { id: unused.id }, admin)
    const refused = await query(tintype.url, 'keys.list', undefined, unused.headers)
    expect(refused.problem).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'invalid' })
  })

  test('B226: signs URLs of the photos that the caller sees, and of no others', async () => {
    await using tintype = await startClosed()
    const alice = await createKey(tintype, { owner: 'alice' })
    const bob = await createKey(tintype, { owner: 'bob' })
    const { id } = expectPhoto(await send(tintype, '/photos', alice.headers, '?visibility=private'))
    const ofBob = await mutate(tintype.url, 'urls.sign', { photoId: id }, bob.headers)
    const ofUnknown = await mutate(
      tintype.url,
      'urls.sign',
      { photoId: id.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) },
      alice.headers,
    )
    const { requestId: _, ...problem } = ofBob.problem ?? {}
    expect(problem).toMatchObject({ code: 'PHOTO_NOT_FOUND' })
    expect(ofUnknown.problem).toMatchObject(problem)

    const signed = await mutate<{ url: string; query: string }[]>(
      tintype.url,
      'urls.sign',
      { photoId: id },
      alice.headers,
    )
    const [{ url = '', query: signature = '' } = {}] = signed.data ?? []
    expect((await ask(tintype, url)).status).toBe(200)
    expect((await ask(tintype, `/media/${id}/w160.webp?${signature}`)).status).toBe(200)
    expect((await ask(tintype, `/media/${id}/w160.webp`)).status).toBe(404)
  })

  test('accepts media URLs that a back end signed with the derived key', async () => {
    await using tintype = await startClosed()
    const { headers } = await createKey(tintype, { owner: 'alice' })
    const { id } = expectPhoto(await send(tintype, '/photos', headers, '?visibility=private'))
    const { stdout } = await runCommand(tintype.dataDirectory, 'keys', 'derive', 'media-url')
    const [kid = '', key = ''] = stdout.trim().split(':')
    const e = Math.floor(Date.now() / 1000) + 3600
    const text = `tintype-url-1\nGET\n/media/${id}.jpg\ninline\n${e}\n${kid}`
    const mac = createHmac('sha256', Buffer.from(key, 'base64url')).update(text).digest('base64url')
    expect((await ask(tintype, `/media/${id}.jpg?e=${e}&k=${kid}&s=${mac}`)).status).toBe(200)
    const other = await ask(tintype, `/media/${id}/thumb.webp?e=${e}&k=${kid}&s=${mac}`)
    expectProblem(other, 403, 'INVALID_SIGNATURE')
  })

  test('counts what an owner has, and keeps to its quota', async () => {
    await using tintype = await startClosed()
    const { headers } = await createKey(tintype, { owner: 'alice' })
    const { byteSize } = expectPhoto(await send(tintype, '/photos', headers))
    const usage = { owner: 'alice', photos: 1, bytes: byteSize }
    const limited = await mutate(tintype.url, 'owners.setQuota', { owner: 'alice', maxPhotos: 1 }, admin)
    expect(limited.data).toEqual({ ...usage, maxPhotos: 1, maxBytes: null })
    const refused = expectProblem(await send(tintype, '/photos', headers), 403, 'QUOTA_EXCEEDED')
    expect(refused).toMatchObject({ limit: 1, used: 1, unit: 'photos' })
    expect((await query(tintype.url, 'owners.usage', {}, headers)).data).toMatchObject(usage)
  })

  test('keeps an audit log of what was changed and by whom, without secrets', async () => {
    await using tintype = await startClosed()
    const { id, key, headers } = await createKey(tintype, { owner: 'alice' })
    const photo = expectPhoto(await send(tintype, '/photos', headers))
    await mutate(tintype.url, 'photos.update', { id: photo.id, title: 'new' }, headers)
    await mutate(tintype.url, 'owners.setQuota', { owner: 'alice' }, admin)
    await mutate(tintype.url, 'keys.revoke', { id }, admin)
    interface Page {
      readonly entries: readonly { readonly action: string; readonly actor: string }[]
    }
    const { data } = await query<Page>(tintype.url, 'audit.list', {}, admin)
    expect(data?.entries.map(({ action, actor }) => `${actor} ${action}`)).toEqual([
      'env key.revoke',
      'env quota.set',
      `key:${id} photo.update`,
      'env key.create',
    ])
    const written = JSON.stringify([data, tintype.log])
    for (const secret of [key.slice(17), adminKey]) expect(written).not.toContain(secret)
  })

  test('is managed by the command, with its address and a key', async () => {
    await using tintype = await startClosed()
    const at = ['--url', tintype.url, '--key', adminKey]
    const made = await runCommand('', 'keys', 'create', '--name', 'second', '--scopes', 'admin', ...at)
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ttk_/) })
    const headers = bearer(made.stdout.trim())
    const listed = await query(tintype.url, 'keys.list', undefined, headers)
    expect(listed.data).toMatchObject([{ name: 'second', createdBy: 'env' }])
  })
})
