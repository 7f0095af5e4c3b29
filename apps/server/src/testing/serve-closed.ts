import { createHmac } from 'node:crypto'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scope } from '@tintype/contract'
import { type Access, createApp, listen } from '@tintype/http'
import { makeImage } from '@tintype/imaging/testing'
import { openTerms, type PhotoLibrary, type PhotoTerms } from '@tintype/photos'
import pino from 'pino'
import { compose } from '../compose.ts'
import { parseConfig } from '../config/config.ts'
import { mutation, type Subject, type Target, targets, unknownId } from './access-table.ts'

const adminKey = 'an-admin-key-of-the-operator-32-characters'
const jwtSecret = 'a secret of the application, at least 32 bytes'

/** The whole closed server in this process, with one of each credential. */
export async function serveClosed() {
  await using opening = new AsyncDisposableStack()
  const home = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-access-')))
  const config = parseConfig(
    {
      TINTYPE_DATA_DIR: home.path,
      TINTYPE_STATIC_DIR: join(tmpdir(), 'tintype-no-bundle'),
      TINTYPE_STORAGE_URL: 'memory:',
      TINTYPE_DATABASE_URL: 'memory:',
      TINTYPE_ACCESS: 'closed',
      TINTYPE_ADMIN_KEY: adminKey,
      TINTYPE_JWT_SECRET: jwtSecret,
      TINTYPE_JWT_ISSUER: 'https://app.example',
      TINTYPE_JWT_AUDIENCE: 'photos',
      TINTYPE_RATE_LIMIT: '100000/s',
      TINTYPE_ANONYMOUS_RATE_LIMIT: '100000/s',
      TINTYPE_UPLOAD_RATE_LIMIT: '100000/s',
      TINTYPE_PORT: '0',
    },
    [],
  )
  const log = pino({ level: 'silent' })
  const { http } = opening.use(await compose(config, { log, cores: 2 }))
  // More guesses from one address than a real server accepts.
  const access = { ...http.access, authenticate: withoutRefusalLimit(http.access) }
  const listening = await listen(createApp({ ...http, access }).callback(), {
    ...config.http,
    onRefused: () => {},
  })
  opening.defer(() => listening.close())
  const bytes = await makeImage({ width: 200, height: 100, format: 'jpeg' })

  const send = async (
    { path, method = 'GET', json }: ReturnType<Subject['send']>,
    bearer: string | undefined,
  ) => {
    const answer = await fetch(listening.url + path, {
      method,
      headers: {
        ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
        ...(method === 'POST' && { 'Content-Type': json === undefined ? 'image/jpeg' : 'application/json' }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    })
    const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream')
    if (isStream) await answer.body?.cancel()
    const text = isStream
      ? ''
      : (await answer.text()).replace(/"(requestId|instance|path|ids)":("[^"]*"|\[[^\]]*\])/g, '')
    return { status: answer.status, headers: answer.headers, text }
  }
  const call = async (name: string, json: unknown, bearer = adminKey) => {
    const { status, text } = await send(mutation(name, json), bearer)
    if (status !== 200) throw new Error(`${name}: ${text}`)
    return JSON.parse(text).result.data
  }
  const makeKey = (scopes: readonly Scope[], owner?: string) =>
    call('keys.create', { name: 'a key', scopes, ...(owner !== undefined && { owner }) })

  const [revoked, expired] = [await makeKey(['manage']), await makeKey(['manage'])]
  await call('keys.revoke', { id: revoked.id })
  await call('keys.rotate', { id: expired.id, overlapSeconds: 0 })
  const token = await call('tokens.createUpload', { owner: 'alice', uses: 100 })
  const [spent, ended] = await call('tokens.createUpload', [{ owner: 'alice' }, { owner: 'alice' }])
  await call('tokens.revoke', { id: ended.id })
  const used = await fetch(`${listening.url}/photos`, {
    method: 'POST',
    body: new Uint8Array(bytes),
    headers: { 'Content-Type': 'image/jpeg', Authorization: `Bearer ${spent.token}` },
  })
  if (used.status !== 201) throw new Error(`the token was not used: ${await used.text()}`)
  const bearers: Readonly<Record<string, string | undefined>> = {
    none: undefined,
    malformed: 'ttk_not-a-key',
    wrong: revoked.key.replace(/.(?=.{8}$)/, (letter: string) => (letter === 'a' ? 'b' : 'a')),
    revoked: revoked.key,
    expired: expired.key,
    read: (await makeKey(['read'])).key,
    upload: (await makeKey(['upload'])).key,
    manage: (await makeKey(['manage'])).key,
    admin: (await makeKey(['admin'])).key,
    'alice’s key': (await makeKey(['manage'], 'alice')).key,
    'bob’s key': (await makeKey(['manage'], 'bob')).key,
    'alice’s admin key': (await makeKey(['admin'], 'alice')).key,
    'revoked upload token': ended.token,
    'spent upload token': spent.token,
    'upload token': token.token,
    'JWT of alice': signJwt({ sub: 'alice' }),
    'JWT of bob': signJwt({ sub: 'bob' }),
    'JWT with the algorithm none': signJwt({ sub: 'alice' }, { alg: 'none', mac: '' }),
    'JWT signed with a key id that is unknown': signJwt(
      { sub: 'alice' },
      { kid: 'unknown', secret: 'x'.repeat(40) },
    ),
    'JWT with a wrong MAC': signJwt({ sub: 'alice' }, { secret: 'another secret of another application' }),
    'JWT for another audience': signJwt({ sub: 'alice', aud: 'others' }),
    'JWT of another issuer': signJwt({ sub: 'alice', iss: 'https://evil.example' }),
    'JWT that has expired': signJwt({ sub: 'alice', exp: Math.floor(Date.now() / 1000) - 3600 }),
  }
  const photos = createPhotos(http.photos, bytes)
  const owned = opening.move()
  return {
    http,
    send,
    photoOf: photos,
    bearerOf: (name: string) => bearers[name],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Gives a photo of each kind: a new one for what changes it, else the same one every time. */
function createPhotos(library: PhotoLibrary, bytes: Uint8Array) {
  const kept = new Map<Target, string>()
  const changing = /DELETE|delete|update|move/
  async function upload(terms: Partial<PhotoTerms>): Promise<string> {
    await using session = library.beginUpload()
    await session.write(Uint8Array.from(bytes))
    const { photo } = await session.finish({}, { terms: { ...openTerms, ...terms }, withThumbnail: true })
    return photo.id
  }
  return async (kind: Target, name: string): Promise<string> => {
    const terms = targets[kind]
    if (terms === undefined) return unknownId
    const known = changing.test(name) ? undefined : kept.get(kind)
    const id = known ?? (await upload(terms))
    if (!changing.test(name)) kept.set(kind, id)
    return id
  }
}

/** Each request as from an address of its own. */
function withoutRefusalLimit({ closed }: Pick<Access, 'closed'>) {
  let count = 0
  return ({ headersDistinct }: { readonly headersDistinct: NodeJS.Dict<string[]> }) => {
    count += 1
    const address = `10.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`
    return closedOf(closed).authenticator.authenticate({
      authorization: headersDistinct.authorization ?? [],
      address,
    })
  }
}

function closedOf<Closed>(closed: Closed | undefined): Closed {
  if (closed === undefined) throw new Error('the server is not closed')
  return closed
}

function signJwt(
  claims: Record<string, unknown>,
  {
    alg = 'HS256',
    kid,
    secret = jwtSecret,
    mac,
  }: { alg?: string; kid?: string; secret?: string; mac?: string } = {},
): string {
  const nowSeconds = Math.floor(Date.now() / 1000)
  const all = {
    iss: 'https://app.example',
    aud: 'photos',
    iat: nowSeconds,
    exp: nowSeconds + 3600,
    ...claims,
  }
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${encode({ alg, typ: 'JWT', ...(kid !== undefined && { kid }) })}.${encode(all)}`
  return `${signed}.${mac ?? createHmac('sha256', secret).update(signed).digest('base64url')}`
}
