import type { ApiKeyRecord } from '@tintype/catalog'
import { type Caller, rights, TintypeError } from '@tintype/contract'
import { parseInput, uploadTokenInput } from '@tintype/contract/schemas'
import { exportSPKI } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { createAuthenticator, openAuthenticator } from './authenticator.ts'
import { parseJsonPointer } from './jwt/json-pointer.ts'
import { createJwtVerifier } from './jwt/jwt.ts'
import { hashApiKey, makeApiKey } from './keys/api-key.ts'
import { createApiKeys } from './keys/api-keys.ts'
import { createRefusalLimiter } from './limits/rate-limits.ts'
import { signMediaUrl } from './signing/signed-url.ts'
import { createSigner, makeSigningSecret, parseSigningSecrets } from './signing/signing-secrets.ts'
import { issuedAtMs, makeIssuerKey } from './testing/open-key-set.ts'
import { createMinterNames } from './tokens/minter-names.ts'
import { mintUploadToken } from './tokens/upload-token.ts'
import { createUploadTokens } from './tokens/upload-tokens.ts'

const adminKey = 'A'.repeat(32)
const made = makeApiKey()
const never = { expiresAt: null, revokedAt: null, lastUsedAt: null }
const record: ApiKeyRecord = {
  id: made.id,
  hash: made.hash,
  countedAs: made.id,
  name: 'a key',
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: 'env',
  scopes: ['manage'],
  owner: null,
  limits: { maxPhotos: 9 },
  ...never,
}
const signer = createSigner(parseSigningSecrets(makeSigningSecret()))
const minters = createMinterNames({ signer, adminKeyHash: hashApiKey(adminKey) })
const mint = (choice: object = {}, minterId = `key:${made.id}`) =>
  mintUploadToken(parseInput(uploadTokenInput, choice), { signer, minterId, nowMs: issuedAtMs })

let issuer: Awaited<ReturnType<typeof makeIssuerKey>>
let jwt: string
beforeAll(async () => {
  issuer = await makeIssuerKey('k')
  jwt = await issuer.sign()
})

/** An authenticator with every kind of credential, over a catalog in memory and a clock that stands still. */
async function open({ withJwts = true } = {}) {
  const clock = { nowMs: issuedAtMs }
  const now = () => clock.nowMs
  const rows = new Map([[made.id, record]])
  const revoked = new Set<string>()
  const lookups: string[] = []
  const reader = {
    async findKey(id: string) {
      lookups.push(id)
      return rows.get(id)
    },
    async isTokenRevoked(id: string) {
      lookups.push(id)
      return revoked.has(id)
    },
  }
  const keys = createApiKeys({ reader, adminKeyHash: hashApiKey(adminKey), now })
  const jwts = await createJwtVerifier({
    keys: { kind: 'public-key', pem: await exportSPKI(issuer.publicKey) },
    issuer: 'https://app.example',
    audience: 'tintype',
    ownerClaim: parseJsonPointer('/sub'),
    defaultScopes: ['read', 'upload'],
    now,
  })
  const { authenticate, isStillValid } = createAuthenticator({
    keys,
    uploadTokens: createUploadTokens({ signer, keys, minters, reader, acceptsJwts: withJwts, now }),
    jwts: withJwts ? jwts : undefined,
    refusals: createRefusalLimiter({ now }),
  })
  let address = 0
  return {
    clock,
    rows,
    revoked,
    lookups,
    authenticate,
    isStillValid,
    /** Sends a credential, each time from another address. */
    async send(text: string, origin?: string): Promise<Caller> {
      address += 1
      return authenticate({
        authorization: [`Bearer ${text}`],
        address: `192.0.2.${address % 256}-${address}`,
        origin,
      })
    },
  }
}

const invalid = { code: 'UNAUTHENTICATED', facts: { reason: 'invalid' } }

describe('the caller', () => {
  test('of an open server may do everything, and is known at once', () => {
    const caller = openAuthenticator.authenticate({ authorization: ['Basic x'], address: '192.0.2.1' })
    expect(caller).toMatchObject({ kind: 'open', scope: { includesPrivate: true } })
  })

  test('B225: of a closed server has no rights without a credential, and is known at once', async () => {
    const { authenticate } = await open()
    const caller = authenticate({ authorization: [], address: '192.0.2.1' })
    expect(caller).toMatchObject({ kind: 'anonymous', scope: { includesPrivate: false } })
    expect(rights.filter((right) => (caller as Caller).may(right))).toEqual([])
  })

  test('is identified by its credential', async () => {
    const { send } = await open()
    const { token, id } = mint({ owner: 'user:2' })
    expect(await send(made.key)).toMatchObject({ kind: 'key', id: `key:${made.id}` })
    expect(await send(adminKey)).toMatchObject({ kind: 'key', id: 'env' })
    expect(await send(jwt)).toMatchObject({ kind: 'jwt', id: 'jwt:user:1' })
    const holder = await send(token)
    expect(holder).toMatchObject({
      kind: 'token',
      id: `token:${id}`,
      scope: { owner: 'user:2', includesPrivate: false },
      grant: { id, uses: 1, key: `key:${made.id}` },
      limits: { maxPhotos: 9 },
      expiresAtMs: issuedAtMs + 900_000,
    })
    expect(rights.filter((right) => holder.may(right))).toEqual(['photos:create', 'system:read'])
  })

  test('is refused if two headers or another scheme came', async () => {
    const { authenticate, lookups } = await open()
    for (const authorization of [[`Bearer ${made.key}`, `Bearer ${made.key}`], [`Basic ${made.key}`], ['']])
      await expect(authenticate({ authorization, address: '192.0.2.1' })).rejects.toMatchObject(invalid)
    expect(lookups).toEqual([])
  })
})

describe('B220: a credential of one kind', () => {
  test('is not accepted as another', async () => {
    const { send } = await open()
    const query = signMediaUrl(
      { path: '/media/0193f6a2-7c1e-7b3a-9d2e-5f60718293a4.jpg', expiresInSeconds: 60 },
      { signer, maxLifeSeconds: 3600, nowMs: issuedAtMs },
    )
    const { token } = mint()
    const bodies = [made.key, token, jwt, adminKey, query, query.replace(/^.*s=/, '')]
    for (const body of bodies) {
      const bare = body.replace(/^(?:ttk_|ttu\.|eyJ)/, '')
      const replays = ['ttk_', 'ttu.', 'eyJ', ''].flatMap((prefix) => [prefix + body, prefix + bare])
      for (const replay of replays)
        if (![made.key, token, jwt, adminKey].includes(replay))
          await expect(send(replay), replay).rejects.toMatchObject(invalid)
    }
  })

  test('is not accepted with the MAC of another', async () => {
    const { send } = await open()
    const [signed = ''] = /^.*(?=\.)/.exec(mint().token) ?? []
    await expect(send(`${signed}.${signer.sign('media-url', signed)}`)).rejects.toMatchObject(invalid)
    await expect(send(`${signed}.${jwt.split('.').at(-1)?.slice(0, 43)}`)).rejects.toMatchObject(invalid)
  })

  test('is refused if its kind is not configured', async () => {
    const { send } = await open({ withJwts: false })
    await expect(send(jwt)).rejects.toMatchObject(invalid)
    await expect(send(mint({}, 'jwt:user:1').token)).rejects.toMatchObject(invalid)
  })
})

describe('an upload token', () => {
  test('B222: ends within a second after the key that made it', async () => {
    const { send, rows, clock } = await open()
    const { token } = mint()
    await send(token)
    rows.set(made.id, { ...record, revokedAt: new Date(clock.nowMs).toISOString() })
    clock.nowMs += 1000
    await expect(send(token)).rejects.toMatchObject(invalid)
    rows.set(made.id, { ...record, scopes: ['upload'] })
    await expect(send(token)).rejects.toMatchObject(invalid)
    rows.delete(made.id)
    clock.nowMs += 1000
    await expect(send(token)).rejects.toMatchObject(invalid)
  })

  test('B222: ends within a second after it was revoked itself', async () => {
    const { send, revoked, clock } = await open()
    const { token, id } = mint()
    await send(token)
    revoked.add(id)
    clock.nowMs += 1000
    await expect(send(token)).rejects.toMatchObject(invalid)
  })

  test('is not looked up before its signature is right', async () => {
    const { send, lookups } = await open()
    await expect(send(mint().token.replace(/.{43}$/, 'A'.repeat(43)))).rejects.toMatchObject(invalid)
    expect(lookups).toEqual([])
  })

  test('B215: with one more character before or after it is refused, used before or not', async () => {
    const { authenticate } = await open()
    const { token } = mint()
    const [, kid = '', payload = '', mac = ''] = token.split('.')
    let requests = 0
    const sendFrom = (text: string) => {
      requests += 1 // each from an address of its own, because guesses are limited
      const address = `10.0.${requests >> 8}.${requests & 255}`
      return authenticate({ authorization: [`Bearer ${text}`], address })
    }
    for (const _round of ['new', 'used']) {
      for (const letter of 'Aa0-_=&.+/%?~;,*')
        for (const changed of [
          letter + token,
          token + letter,
          `ttu.${kid}${letter}.${payload}.${mac}`,
          `ttu.${letter}${kid}.${payload}.${mac}`,
          `ttu.${kid}.${payload}${letter}.${mac}`,
          `ttu.${kid}.${payload}.${letter}${mac}`,
        ])
          await expect(sendFrom(changed), changed).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
      expect(await sendFrom(token)).toMatchObject({ kind: 'token' })
    }
  })

  test('of the operator or of a JWT needs no key in the catalog', async () => {
    const { send } = await open()
    const caller = await send(mint({}, minters.write('env')).token)
    expect(caller).toMatchObject({ kind: 'token', countedAs: 'env' })
    expect(await send(mint({}, 'jwt:user:1').token)).toMatchObject({ kind: 'token' })
    for (const minterId of ['open', 'anonymous', 'token:x', 'key:', 'env', 'env:', 'env:k:'])
      await expect(send(mint({}, minterId).token)).rejects.toMatchObject(invalid)
  })

  test('B231: for one origin is not accepted from another, nor from none', async () => {
    const { send } = await open()
    const { token } = mint({ origin: 'https://app.example' })
    expect(await send(token, 'https://app.example')).toMatchObject({ kind: 'token' })
    for (const origin of ['https://app.example.evil', 'http://app.example', 'null', undefined])
      await expect(send(token, origin)).rejects.toMatchObject({ code: 'ORIGIN_NOT_ALLOWED' })
  })
})

describe('B228: guesses', () => {
  const request = (text: string, address = '2001:db8::1') => ({ authorization: [`Bearer ${text}`], address })
  const limited = { code: 'RATE_LIMITED', retryAfterSeconds: 60 }

  test('are ten a minute, then not even a right credential is tried', async () => {
    const { authenticate, clock, lookups } = await open()
    for (let one = 0; one < 10; one += 1)
      await expect(authenticate(request(makeApiKey().key, `2001:db8::${one}`))).rejects.toMatchObject(invalid)
    await expect(authenticate(request(made.key, '2001:db8::ffff'))).rejects.toMatchObject(limited)
    expect(lookups).toHaveLength(10)
    expect(await authenticate(request(made.key, '2001:db8:0:1::1'))).toMatchObject({ kind: 'key' })
    expect(authenticate({ authorization: [], address: '2001:db8::1' })).toMatchObject({ kind: 'anonymous' })
    clock.nowMs += 60_000
    expect(await authenticate(request(made.key))).toMatchObject({ kind: 'key' })
  })

  test('at once are ten as well', async () => {
    const { authenticate } = await open()
    const guesses = Array.from({ length: 50 }, () => makeApiKey().key)
    const outcomes = await Promise.allSettled([...guesses, made.key].map((key) => authenticate(request(key))))
    const codes = outcomes.map((one) => (one.status === 'rejected' ? one.reason.code : 'accepted'))
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(10)
    expect(codes.at(-1)).toBe('RATE_LIMITED')
  })

  test('are neither credentials that have expired, nor those that cannot be checked', async () => {
    const { token } = mint({ expiresInSeconds: 10 })
    const { authenticate, clock, rows } = await open()
    clock.nowMs += 10_000
    for (let one = 0; one < 20; one += 1)
      await expect(authenticate(request(token))).rejects.toMatchObject({ facts: { reason: 'expired' } })
    Object.assign(rows, {
      get() {
        throw new TintypeError('CATALOG_UNAVAILABLE', 'away')
      },
    })
    for (let one = 0; one < 20; one += 1)
      await expect(authenticate(request(made.key))).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' })
  })
})

test('B222 a caller is valid no more once its key, or the key that made its token, was revoked', async () => {
  const { send, rows, clock, isStillValid } = await open()
  const callers = [await send(made.key), await send(mint().token)]
  const others = [await send(adminKey), await send(jwt)]
  for (const caller of callers) expect(await isStillValid(caller)).toBe(true)
  rows.set(made.id, { ...record, revokedAt: new Date(clock.nowMs).toISOString() })
  clock.nowMs += 1000
  for (const caller of callers) expect(await isStillValid(caller)).toBe(false)
  for (const caller of others) expect(await isStillValid(caller)).toBe(true)
})
