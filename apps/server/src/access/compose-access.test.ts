import { createHmac } from 'node:crypto'
import { chmod, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import { samplePhoto } from '@tintype/catalog/testing'
import { expect, test } from 'vitest'
import { parseConfig } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { composeAccess } from './compose-access.ts'

const secret = 'hunter2'.repeat(5)
const address = '192.0.2.1'

/** Composes access with these settings, on a catalog and a directory of its own. */
async function openArea() {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-access-')))
  const catalog = opening.use(await openMemoryCatalog())
  const lines: { readonly event?: string }[] = []
  const note = (facts: object) => void lines.push(facts)
  const log = { info: note, warn: note, error: note }
  const owned = opening.move()
  return {
    catalog,
    lines,
    directory: home.path,
    compose: (env: Record<string, string>) =>
      composeAccess(parseConfig({ TINTYPE_DATA_DIR: home.path, ...env }), { catalog, log }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const closed = { TINTYPE_ACCESS: 'closed' }
const bearer = (text: string) => ({ authorization: [`Bearer ${text}`], address })

test('an open server makes no secrets, and signs nothing', async () => {
  await using area = await openArea()
  await using access = await area.compose({ TINTYPE_RATE_LIMIT: '5/s' })
  expect(access.http).toMatchObject({ rates: { caller: { count: 5, periodMs: 1000 } } })
  expect([access.http.closed, access.library]).toEqual([undefined, { allowsPrivate: false }])
  expect([area.lines, await area.catalog.listKeys()]).toEqual([[], []])
})

test.each<readonly [Record<string, string>, number]>([
  [{ TINTYPE_PUBLIC_URL: 'https://photos.example.com' }, 1],
  [{ TINTYPE_PUBLIC_URL: 'https://photos.example.com', TINTYPE_ACCESS: 'open' }, 0],
  [{ TINTYPE_PUBLIC_URL: 'https://photos.example.com', TINTYPE_OPEN: '1' }, 0],
  [{ TINTYPE_PUBLIC_URL: 'http://localhost:3000' }, 0],
  [{ TINTYPE_PUBLIC_URL: 'http://photos.localhost' }, 0],
  [{ TINTYPE_PUBLIC_URL: 'http://[::1]:3000' }, 0],
  [{}, 0],
])('an open server behind a proxy, with %o: %i warnings', async (env, count) => {
  await using area = await openArea()
  await using _access = await area.compose(env)
  expect(area.lines.filter(({ event }) => event === 'open-behind-proxy')).toHaveLength(count)
})

test('B227: a catalog with private photos is not opened to everyone', async () => {
  await using area = await openArea()
  await area.catalog.insert(samplePhoto({ visibility: 'private' }))
  await expect(area.compose({ TINTYPE_ACCESS: 'open' })).rejects.toThrow(ConfigError)
  await using access = await area.compose(closed)
  expect(access.library.allowsPrivate).toBe(true)
})

test('the key of the operator, from a variable or a file, has every right, and none is made', async () => {
  await using area = await openArea()
  const file = join(area.directory, 'operator')
  await writeFile(file, `${secret}\n`)
  for (const env of [{ TINTYPE_ADMIN_KEY: secret }, { TINTYPE_ADMIN_KEY_FILE: file }]) {
    await using access = await area.compose({ ...closed, ...env })
    const caller = await access.http.closed?.authenticator.authenticate(bearer(secret))
    expect([caller?.id, caller?.may('keys:manage')]).toEqual(['env', true])
  }
  expect(await area.catalog.listKeys()).toEqual([])
  await writeFile(file, 'hunter2')
  const refused = await area.compose({ ...closed, TINTYPE_ADMIN_KEY_FILE: file }).catch((error) => error)
  expect(refused).toBeInstanceOf(ConfigError)
  expect(String(refused)).toContain(file)
  expect(String(refused)).not.toContain('hunter2')
  const absent = area.compose({ ...closed, TINTYPE_ADMIN_KEY_FILE: join(area.directory, 'absent') })
  await expect(absent).rejects.toThrow(ConfigError)
})

test('the signing secret is made once; what it signed stays valid', async () => {
  await using area = await openArea()
  const env = { ...closed, TINTYPE_ADMIN_KEY: secret }
  const read = () => readFile(join(area.directory, 'signing-secrets'), 'utf8')
  await using first = await area.compose(env)
  const text = await read()
  const mac = first.http.closed?.signer.sign('media-url', 'text') ?? ''
  await using second = await area.compose(env)
  expect(await read()).toBe(text)
  const signer = second.http.closed?.signer
  expect(signer?.verify('media-url', signer.kid, 'text', mac)).toBe(true)

  await chmod(join(area.directory, 'signing-secrets'), 0o640)
  await expect(area.compose(env)).rejects.toThrow(/mode 640/)
  await chmod(join(area.directory, 'signing-secrets'), 0o600)
  await writeFile(join(area.directory, 'signing-secrets'), 'hunter2')
  const refused = await area.compose(env).catch((error) => error)
  expect(refused).toBeInstanceOf(ConfigError)
  expect(String(refused)).not.toContain('hunter2')
})

test('what happens to credentials is recorded: when a key was used, and that one was refused', async () => {
  await using area = await openArea()
  {
    await using access = await area.compose(closed)
    const key = (await readFile(join(area.directory, 'admin-key'), 'utf8')).trim()
    const { authenticator } = access.http.closed ?? {}
    await authenticator?.authenticate(bearer(key))
    for (let at = 0; at < 3; at += 1)
      await expect(authenticator?.authenticate(bearer(`wrong${secret}`))).rejects.toThrow(/not valid/)
  } // disposing it waits for both writes
  const [record] = await area.catalog.listKeys()
  expect(record?.lastUsedAt).toMatch(/^\d{4}-/)
  const { entries } = await area.catalog.listAudit({ limit: 10 })
  expect(entries.map(({ action }) => action).sort()).toEqual(['credential.verify', 'key.create'])
  expect(JSON.stringify([entries, area.lines])).not.toContain('hunter2')
})

test('private photos get URLs that are signed for an hour, or for the longest life', async () => {
  await using area = await openArea()
  for (const [maxAge, longest] of [
    ['7d', 4500],
    ['10m', 750],
  ] as const) {
    await using access = await area.compose({ ...closed, TINTYPE_SIGNED_URL_MAX_AGE: maxAge })
    const { id, format } = samplePhoto()
    const path = `/media/${id}.${format === 'jpeg' ? 'jpg' : format}`
    const thumbnailPath = `/media/${id}/thumb.webp`
    for (const [letter, subject] of [
      ['a', { id, path, covers: 'photo' }],
      ['r', { id, path: thumbnailPath, covers: 'renditions' }],
    ] as const) {
      const query = access.library.signMedia?.(subject) ?? ''
      const { p, e } = Object.fromEntries(new URLSearchParams(query))
      expect(p).toBe(letter)
      const seconds = Number(e) - Date.now() / 1000
      expect(seconds).toBeGreaterThan((longest * 4) / 5 - 5)
      expect(seconds).toBeLessThanOrEqual(longest)
    }
  }
})

test('B222 upload tokens of the operator’s key end when that key is changed', async () => {
  await using area = await openArea()
  const signing = `one:${Buffer.alloc(32, 1).toString('base64url')}`
  const env = { ...closed, TINTYPE_SIGNING_SECRETS: signing }
  const open = (adminKey: string) => area.compose({ ...env, TINTYPE_ADMIN_KEY: adminKey })
  await using first = await open(secret)
  const useCases = first.createUseCases({ findPhoto: () => Promise.reject(new Error('not called')) })
  const caller = await first.http.closed?.authenticator.authenticate(bearer(secret))
  expect(caller?.id).toBe('env')
  if (caller === undefined) return
  const terms = { uses: 1, expiresInSeconds: 900 }
  const made = await useCases?.tokens.createUpload(terms, { caller, requestId: 'r' })
  const token = made && 'token' in made ? made.token : ''
  await using again = await open(secret)
  expect(await again.http.closed?.authenticator.authenticate(bearer(token))).toMatchObject({ kind: 'token' })
  await using changed = await open(`other-${secret}`)
  await expect(changed.http.closed?.authenticator.authenticate(bearer(token))).rejects.toThrow(/not valid/)
})

test('JWTs are verified with the configured secret only', async () => {
  await using area = await openArea()
  const jwt = { TINTYPE_JWT_SECRET: secret, TINTYPE_JWT_ISSUER: 'app', TINTYPE_JWT_AUDIENCE: 'photos' }
  await using access = await area.compose({ ...closed, ...jwt })
  const exp = Math.floor(Date.now() / 1000) + 600
  const signed = signJwt({ iss: 'app', aud: 'photos', sub: 'user:1', exp }, secret)
  const caller = await access.http.closed?.authenticator.authenticate(bearer(signed))
  expect([caller?.id, caller?.may('photos:create'), caller?.may('keys:manage')]).toEqual([
    'jwt:user:1',
    true,
    false,
  ])
  await using without = await area.compose(closed)
  await expect(without.http.closed?.authenticator.authenticate(bearer(signed))).rejects.toThrow(/not valid/)
})

/** A JWT with HS256. Written here because only the package of access may import jose. */
function signJwt(claims: object, key: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'HS256' })}.${part(claims)}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}
