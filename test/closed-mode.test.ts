import { mkdtempDisposable, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { targetAt } from './support/base-path.ts'
import { requestHead, sendRaw } from './support/raw-http.ts'
import { runServer } from './support/run-server.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { ask, expectPhoto, expectProblem, type PhotoJson } from './support/uploads.ts'

const closed = { TINTYPE_ACCESS: 'closed' }

let jpeg: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  jpeg = new Uint8Array(await makeImage({ width: 80, height: 60, format: 'jpeg' }))
})

const openDirectory = () => mkdtempDisposable(join(tmpdir(), 'tintype-closed-'))

async function readAdminKey({ dataDirectory }: Tintype): Promise<string> {
  return (await readFile(join(dataDirectory, 'admin-key'), 'utf8')).trim()
}

async function bearerOf(tintype: Tintype): Promise<{ readonly Authorization: string }> {
  return { Authorization: `Bearer ${await readAdminKey(tintype)}` }
}

async function upload(tintype: Tintype, headers: Record<string, string>, query = ''): Promise<PhotoJson> {
  const all = { 'Content-Type': 'image/jpeg', ...headers }
  return expectPhoto(await ask(tintype, `/photos${query}`, { method: 'POST', headers: all, body: jpeg }))
}

describe('a closed server', () => {
  test('makes an admin key that only its user can read, and that opens HTTP and tRPC', async () => {
    await using tintype = await startTintype({ env: closed })
    const file = join(tintype.dataDirectory, 'admin-key')
    const { msg, level } = await tintype.logged((line) => line.event === 'admin-key' && line.file === file)
    expect([level, msg]).toEqual([40, expect.stringContaining('copy it')])
    for (const name of ['admin-key', 'signing-secrets'])
      expect((await stat(join(tintype.dataDirectory, name))).mode & 0o777).toBe(0o600)

    const headers = await bearerOf(tintype)
    const photo = await upload(tintype, headers)
    expect((await ask(tintype, `/photos/${photo.id}`, { headers })).status).toBe(200)
    const listed = await ask(tintype, '/trpc/photos.list', { headers })
    expect(JSON.parse(listed.body.toString()).result.data.photos).toMatchObject([{ id: photo.id }])
    expect((await ask(tintype, '/metrics', { headers })).status).toBe(200)
  })

  test('without a credential answers public media, the page and health, and nothing else', async () => {
    await using tintype = await startTintype({ env: closed })
    const photo = await upload(tintype, await bearerOf(tintype))
    for (const path of [
      '/healthz',
      '/readyz',
      '/',
      photo.url,
      photo.thumbnail.url,
      `/media/${photo.id}/w160.webp`,
    ])
      expect((await ask(tintype, path)).status, path).toBe(200)
    for (const [path, init] of [
      ['/photos', { method: 'POST', body: jpeg, headers: { 'Content-Type': 'image/jpeg' } }],
      [`/photos/${photo.id}`, {}],
      [`/photos/${photo.id}`, { method: 'DELETE' }],
      ['/metrics', {}],
    ] as const) {
      const answer = await ask(tintype, path, init)
      const { reason } = expectProblem(answer, 401, 'UNAUTHENTICATED')
      expect([reason, answer.headers.get('www-authenticate')]).toEqual([
        'missing',
        expect.stringMatching(/^Bearer/),
      ])
    }
    const call = await ask(tintype, '/trpc/photos.list')
    expect([call.status, JSON.parse(call.body.toString()).error.data.code]).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('refuses credentials that are wrong, malformed or sent twice, all alike', async () => {
    await using tintype = await startTintype({ env: closed })
    const key = await readAdminKey(tintype)
    const wrong = [
      `Bearer ${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`,
      `Bearer ${'a'.repeat(40)}`,
      `Basic ${Buffer.from(`admin:${key}`).toString('base64')}`,
      'Bearer',
      `Bearer ${key} ${key}`,
      'Bearer ttu.abc.e30.AAAA',
      'Bearer eyJhbGciOiJub25lIn0.e30.',
    ]
    const details = new Set<unknown>()
    for (const Authorization of wrong) {
      const answer = await ask(tintype, '/trpc/photos.list', { headers: { Authorization } })
      const body = JSON.parse(answer.body.toString())
      const { code, detail, reason } = body.error?.data ?? body
      expect([answer.status, code, reason], Authorization.slice(0, 12)).toEqual([
        401,
        'UNAUTHENTICATED',
        'invalid',
      ])
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
      details.add(detail)
    }
    expect(details.size).toBe(1)

    const twice = `Authorization: Bearer ${key}\r\n`.repeat(2)
    const head = `GET ${targetAt(tintype.url, '/photos')} HTTP/1.1\r\nHost: localhost\r\n${twice}\r\n`
    expect((await sendRaw(tintype.url, head)).status).toBe(401)
  })

  test('B242 keeps private photos from callers without a credential, and does not compress their signatures', async () => {
    await using tintype = await startTintype({ env: { ...closed, TINTYPE_DEFAULT_VISIBILITY: 'private' } })
    const headers = await bearerOf(tintype)
    const photo = await upload(tintype, headers)
    expect((await ask(tintype, photo.url)).status).toBe(200) // it is signed
    const [path = ''] = photo.url.split('?')
    expectProblem(await ask(tintype, path), 404, 'PHOTO_NOT_FOUND')
    expect((await ask(tintype, path, { headers })).status).toBe(200)
    await upload(tintype, headers)
    const accepting = { headers: { ...headers, 'Accept-Encoding': 'br' } }
    const listed = await ask(tintype, '/trpc/photos.list', accepting)
    expect(listed.body.length).toBeGreaterThan(1024)
    expect(listed.headers.get('content-encoding')).toBeNull()
  })

  test('B226 refuses a contradicting owner or visibility before it reads the file', async () => {
    await using tintype = await startTintype({ env: closed })
    const made = await ask(tintype, '/trpc/keys.create', {
      method: 'POST',
      headers: { ...(await bearerOf(tintype)), 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'of alice', scopes: ['upload'], owner: 'alice' }),
    })
    const { key } = JSON.parse(made.body.toString()).result.data
    const headers = {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'image/jpeg',
      'Content-Length': jpeg.length,
      Expect: '100-continue',
    }
    const send = (query: string) => sendRaw(tintype.url, requestHead(`POST /photos?${query}`, headers))
    expectProblem(await send('owner=bob'), 403, 'FORBIDDEN')
    expectProblem(await send('visibility=secret'), 400, 'INVALID_REQUEST')
    expect((await send('owner=alice')).status).toBe(100)
  })

  test('keeps its keys and secrets over a restart', async () => {
    await using data = await openDirectory()
    const start = () =>
      startTintype({ env: { ...closed, TINTYPE_DEFAULT_VISIBILITY: 'private' }, dataDirectory: data.path })
    const first = await start()
    const headers = await bearerOf(first)
    const photo = await upload(first, headers)
    expect(await first.stop()).toBe(0)
    await using second = await start()
    expect(await bearerOf(second)).toEqual(headers)
    expect((await ask(second, `/photos/${photo.id}`, { headers })).status).toBe(200)
    expect((await ask(second, photo.url)).status).toBe(200)
    expect(second.log.filter(({ event }) => event === 'admin-key' || event === 'signing-secrets')).toEqual([])
  })

  test('B230: has no secret in its log, its answers and its metrics', async () => {
    const secrets = {
      TINTYPE_EDGE_SECRET: 'edge-hunter2'.repeat(4),
      TINTYPE_JWT_SECRET: 'jwt-hunter2'.repeat(4),
      TINTYPE_JWT_ISSUER: 'app',
      TINTYPE_JWT_AUDIENCE: 'photos',
    }
    await using tintype = await startTintype({ env: { ...closed, ...secrets } })
    const key = await readAdminKey(tintype)
    const headers = await bearerOf(tintype)
    const answers = [
      await ask(tintype, '/metrics', { headers }),
      await ask(tintype, '/trpc/photos.list', { headers }),
      await ask(tintype, '/trpc/photos.list', { headers: { Authorization: `Bearer wrong-hunter2${key}` } }),
      await ask(tintype, `/nothing?token=hunter2${key}`, { headers }),
    ]
    await tintype.logged(({ event, status }) => event === 'request' && status === 404)
    const signing = await readFile(join(tintype.dataDirectory, 'signing-secrets'), 'utf8')
    const shown = JSON.stringify([
      tintype.log,
      answers.map(({ body, headers }) => [String(body), [...headers]]),
    ])
    for (const secret of ['hunter2', key.slice(17), signing.trim().split(':')[1] ?? '?'])
      expect(shown).not.toContain(secret)
  })
})

describe('B314 a server', () => {
  test('on an address that others reach is closed', async () => {
    await using tintype = await startTintype({ env: { TINTYPE_HOST: '0.0.0.0' } })
    const url = tintype.url.replace('0.0.0.0', '127.0.0.1')
    expect((await fetch(`${url}/metrics`)).status).toBe(401)
    await tintype.logged((line) => line.event === 'admin-key')
  })

  test('does not open to everyone while it has private photos', async () => {
    await using data = await openDirectory()
    const env = { ...closed, TINTYPE_DEFAULT_VISIBILITY: 'private' }
    const first = await startTintype({ env, dataDirectory: data.path })
    await upload(first, await bearerOf(first))
    expect(await first.stop()).toBe(0)
    const { code, stdout, stderr } = await runServer({ TINTYPE_DATA_DIR: data.path })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^There are private photos, .*TINTYPE_ACCESS, or the option access, to closed/)
  })

  test('does not start with a secret that others can read', async () => {
    await using data = await openDirectory()
    await writeFile(join(data.path, 'signing-secrets'), `one:${'A'.repeat(43)}`, { mode: 0o644 })
    const { code, stderr } = await runServer({ TINTYPE_DATA_DIR: data.path, ...closed })
    expect(code).toBe(1)
    expect(stderr).toMatch(/signing-secrets can be used by other users .*chmod 600/)
    expect(stderr).not.toContain('AAAA')
  })

  test('on loopback is open, as it was: it makes no key and needs none', async () => {
    await using tintype = await startTintype()
    const photo = await upload(tintype, {})
    expect((await ask(tintype, `/photos/${photo.id}`)).status).toBe(200)
    expect((await ask(tintype, '/metrics')).status).toBe(200)
    for (const name of ['admin-key', 'signing-secrets'])
      await expect(stat(join(tintype.dataDirectory, name))).rejects.toThrow(/ENOENT/)
    const problem = await ask(tintype, '/photos?visibility=private', {
      method: 'POST',
      headers: { 'Content-Type': 'image/jpeg' },
      body: jpeg,
    })
    expectProblem(problem, 400, 'INVALID_REQUEST')
  })
})
