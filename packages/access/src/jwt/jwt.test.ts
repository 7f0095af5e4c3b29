import { createSecretKey } from 'node:crypto'
import { exportSPKI, type JWTPayload, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { issuedAtMs, makeIssuerKey, openKeySet, validClaims } from '../testing/open-key-set.ts'
import { parseJsonPointer } from './json-pointer.ts'
import { createJwtVerifier, type JwtKeySource, type JwtOptions, parseJwksUrl } from './jwt.ts'

const settings = {
  issuer: 'https://app.example',
  audience: 'tintype',
  ownerClaim: parseJsonPointer('/sub'),
  defaultScopes: ['read', 'upload'],
  now: () => issuedAtMs + 1000,
} as const satisfies Partial<JwtOptions>

const verifierOf = (keys: JwtKeySource, more: Partial<JwtOptions> = {}) =>
  createJwtVerifier({ ...settings, keys, ...more })

const refused = (reason: string) => ({ code: 'UNAUTHENTICATED', facts: { reason } })
const secret = Buffer.alloc(32, 5)
/** Claims of wrong types are a part of what is tested. */
type Claims = Record<string, unknown>
const signWithSecret = (claims: Claims, header: Record<string, unknown> = {}) =>
  new SignJWT({ ...validClaims, ...claims } as JWTPayload)
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(createSecretKey(secret))

let issuer: Awaited<ReturnType<typeof makeIssuerKey>>
let pem: string
beforeAll(async () => {
  issuer = await makeIssuerKey('first', 'RS256')
  pem = await exportSPKI(issuer.publicKey)
})

describe('a JWT', () => {
  test('is a caller that acts for one owner', async () => {
    const caller = await (await verifierOf({ kind: 'public-key', pem })).verify(await issuer.sign())
    expect(caller).toMatchObject({
      kind: 'jwt',
      id: 'jwt:user:1',
      scope: { owner: 'user:1', includesPrivate: true },
      expiresAtMs: issuedAtMs + 3_600_000,
    })
    expect([caller.may('photos:read'), caller.may('photos:create'), caller.may('photos:delete')]).toEqual([
      true,
      true,
      false,
    ])
  })

  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('may be signed with %s', async (algorithm) => {
    const key = await makeIssuerKey('k', algorithm)
    const source = { kind: 'public-key', pem: await exportSPKI(key.publicKey) } as const
    expect(await (await verifierOf(source)).verify(await key.sign())).toMatchObject({ kind: 'jwt' })
  })

  test.each<[string, Claims]>([
    ['another issuer', { iss: 'https://other.example' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'other' }],
    ['other audiences', { aud: ['other', 'tintype2'] }],
    ['no audience', { aud: undefined }],
    ['no end', { exp: undefined }],
    ['an end that is a text', { exp: '1800003600' }],
    ['a start in the future', { nbf: issuedAtMs / 1000 + 60 }],
    ['an issue in the future', { iat: issuedAtMs / 1000 + 60 }],
    ['an issue that is a text', { iat: 'now' }],
    ['a life of more than a day', { exp: issuedAtMs / 1000 + 86_401 }],
    ['a rest of more than a day', { iat: undefined, exp: issuedAtMs / 1000 + 86_402 }],
    ['no owner', { sub: undefined }],
    ['an owner that is a number', { sub: 7 }],
    ['an owner with a space', { sub: 'user 1' }],
    ['an owner that is too long', { sub: 'u'.repeat(201) }],
  ])('with %s is refused', async (_name, claims) => {
    const verifier = await verifierOf({ kind: 'secret', bytes: secret })
    await expect(verifier.verify(await signWithSecret(claims))).rejects.toMatchObject(refused('invalid'))
  })

  test.each<[string, Claims]>([
    ['several audiences', { aud: ['other', 'tintype'] }],
    ['a life of a day', { exp: issuedAtMs / 1000 + 86_400 }],
    ['no time of issue', { iat: undefined }],
    ['a clock that is half a minute ahead', { iat: issuedAtMs / 1000 + 31, nbf: issuedAtMs / 1000 + 31 }],
  ])('with %s is accepted', async (_name, claims) => {
    const verifier = await verifierOf({ kind: 'secret', bytes: secret })
    expect(await verifier.verify(await signWithSecret(claims))).toMatchObject({ id: 'jwt:user:1' })
  })

  test.each([
    ['JWT', true],
    ['jwt', true],
    ['at+jwt', true],
    ['application/at+jwt', true],
    ['dpop+jwt', false],
    ['logout+jwt', false],
    ['', false],
  ])('of the type %j is accepted: %j', async (typ, isAccepted) => {
    const verifier = await verifierOf({ kind: 'secret', bytes: secret })
    const outcome = await verifier.verify(await signWithSecret({}, { typ })).then(
      () => true,
      () => false,
    )
    expect(outcome).toBe(isAccepted)
  })

  test('B219: ends half a minute after its time, and says so only if its signature is right', async () => {
    const jwt = await signWithSecret({})
    const at = async (secondsAfter: number, bytes = secret) => {
      const now = () => ((validClaims.exp ?? 0) + secondsAfter) * 1000
      return (await verifierOf({ kind: 'secret', bytes }, { now })).verify(jwt)
    }
    expect(await at(29)).toMatchObject({ kind: 'jwt' })
    await expect(at(30)).rejects.toMatchObject(refused('expired'))
    await expect(at(30, Buffer.alloc(32))).rejects.toMatchObject(refused('invalid'))
  })

  test.each(['', 'eyJ', 'eyJ.eyJ.x', 'a.b', 'a.b.c.d.e'])('%j is none', async (text) => {
    const verifier = await verifierOf({ kind: 'secret', bytes: secret })
    await expect(verifier.verify(text)).rejects.toMatchObject(refused('invalid'))
  })
})

describe('B220: algorithms are not confused', () => {
  test('a public key is no secret', async () => {
    const verifier = await verifierOf({ kind: 'public-key', pem })
    for (const bytes of [
      Buffer.from(pem),
      Buffer.from(pem.trim()),
      Buffer.from(issuer.jwk.n ?? '', 'base64url'),
    ]) {
      const forged = await new SignJWT(validClaims)
        .setProtectedHeader({ alg: 'HS256' })
        .sign(createSecretKey(bytes))
      await expect(verifier.verify(forged)).rejects.toMatchObject(refused('invalid'))
    }
  })

  test('with a secret nothing but HS256 is accepted', async () => {
    const verifier = await verifierOf({ kind: 'secret', bytes: Buffer.alloc(64, 1) })
    await expect(verifier.verify(await issuer.sign())).rejects.toMatchObject(refused('invalid'))
    const longer = await new SignJWT(validClaims)
      .setProtectedHeader({ alg: 'HS512' })
      .sign(createSecretKey(Buffer.alloc(64, 1)))
    await expect(verifier.verify(longer)).rejects.toMatchObject(refused('invalid'))
  })

  test.each(['none', 'None', 'NONE', ''])('"%s" is none', async (alg) => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${encode({ alg, typ: 'JWT' })}.${encode(validClaims)}.`
    await using keySet = await openKeySet([issuer.jwk])
    const sources: JwtKeySource[] = [
      { kind: 'public-key', pem },
      { kind: 'secret', bytes: secret },
      { kind: 'jwks', url: keySet.url },
    ]
    for (const source of sources)
      await expect((await verifierOf(source)).verify(unsigned)).rejects.toMatchObject(refused('invalid'))
  })

  test('a key that the JWT itself brings is not used', async () => {
    const stranger = await makeIssuerKey('first', 'RS256')
    await using keySet = await openKeySet([issuer.jwk])
    await using strangers = await openKeySet([stranger.jwk])
    const verifier = await verifierOf({ kind: 'jwks', url: keySet.url })
    for (const header of [{ jwk: stranger.jwk }, { jku: strangers.url }, {}])
      await expect(verifier.verify(await stranger.sign({}, header))).rejects.toMatchObject(refused('invalid'))
    expect(strangers.state.requests).toBe(0)
  })
})

describe('a key set', () => {
  test('is loaded once for many', async () => {
    await using keySet = await openKeySet([issuer.jwk])
    const verifier = await verifierOf({ kind: 'jwks', url: keySet.url })
    const jwt = await issuer.sign()
    await Promise.all(Array.from({ length: 20 }, () => verifier.verify(jwt)))
    expect(keySet.state.requests).toBe(1)
  })

  test('B221: is loaded again when a key is rotated, and its old key ends', async () => {
    const next = await makeIssuerKey('second')
    await using keySet = await openKeySet([issuer.jwk])
    const verifier = await verifierOf({ kind: 'jwks', url: keySet.url }, { jwks: { cooldownMs: 0 } })
    await verifier.verify(await issuer.sign())
    keySet.state.keys = [next.jwk]
    expect(await verifier.verify(await next.sign())).toMatchObject({ id: 'jwt:user:1' })
    await expect(verifier.verify(await issuer.sign())).rejects.toMatchObject(refused('invalid'))
  })

  test('B228: is not loaded for each unknown key', async () => {
    const unknown = await makeIssuerKey('unknown')
    await using keySet = await openKeySet([issuer.jwk])
    const verifier = await verifierOf({ kind: 'jwks', url: keySet.url })
    for (let round = 0; round < 5; round += 1)
      await expect(verifier.verify(await unknown.sign())).rejects.toMatchObject(refused('invalid'))
    expect(keySet.state.requests).toBe(1)
  })

  test('that is away lets nothing pass, unless its key is known', async () => {
    const keySet = await openKeySet([issuer.jwk])
    const [before, after] = [
      await verifierOf({ kind: 'jwks', url: keySet.url }),
      await verifierOf({ kind: 'jwks', url: keySet.url }),
    ]
    const stale = await verifierOf({ kind: 'jwks', url: keySet.url }, { jwks: { cachedMs: 0 } })
    const jwt = await issuer.sign()
    for (const verifier of [before, stale]) await verifier.verify(jwt)
    await keySet.close()
    expect(await before.verify(jwt)).toMatchObject({ kind: 'jwt' })
    const unavailable = { code: 'IDENTITY_UNAVAILABLE', retryable: true, retryAfterSeconds: 5 }
    for (const verifier of [after, stale])
      await expect(verifier.verify(jwt)).rejects.toMatchObject(unavailable)
    // its algorithm is refused before any key is looked for
    await expect(after.verify(await signWithSecret({}))).rejects.toMatchObject(refused('invalid'))
  })

  test('that does not answer in time lets nothing pass', async () => {
    await using keySet = await openKeySet([issuer.jwk])
    keySet.state.answer = () => {}
    const verifier = await verifierOf({ kind: 'jwks', url: keySet.url }, { jwks: { timeoutMs: 20 } })
    await expect(verifier.verify(await issuer.sign())).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE' })
  })

  test('that answers something else lets nothing pass, and later recovers', async () => {
    await using keySet = await openKeySet([issuer.jwk])
    await using elsewhere = await openKeySet([issuer.jwk])
    const verifier = await verifierOf({ kind: 'jwks', url: keySet.url })
    const jwt = await issuer.sign()
    const answers: (typeof keySet.state.answer)[] = [
      (_req, res) => res.writeHead(500).end('{"keys":[]}'),
      (_req, res) => res.writeHead(302, { Location: elsewhere.url }).end(),
      (_req, res) => res.end('<html>'),
      (_req, res) => res.end('{"keys":7}'),
    ]
    for (const answer of answers) {
      Object.assign(keySet.state, { answer })
      await expect(verifier.verify(jwt)).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE' })
    }
    expect(elsewhere.state.requests).toBe(0)
    delete keySet.state.answer
    expect(await verifier.verify(jwt)).toMatchObject({ kind: 'jwt' })
  })
})

describe('settings', () => {
  test.each([
    'http://app.example/keys',
    'http://127.0.0.1.app.example/',
    'ftp://app.example',
    'file:///keys',
    '/keys',
    '',
  ])('%j is no address of a key set', (url) => {
    expect(() => parseJwksUrl(url)).toThrow(/^expected an https URL/)
  })

  test.each(['https://app.example/keys', 'http://127.0.0.1:8/', 'http://localhost/', 'http://[::1]/'])(
    '%s is one',
    (url) => {
      expect(parseJwksUrl(url).href).toBe(url)
    },
  )

  test('B230: keys that cannot be used are refused without being repeated', async () => {
    const sources: JwtKeySource[] = [
      { kind: 'secret', bytes: Buffer.alloc(31) },
      { kind: 'public-key', pem: '-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----' },
      { kind: 'public-key', pem: '-----BEGIN PUBLIC KEY-----\nsecret\n-----END PUBLIC KEY-----' },
    ]
    for (const source of sources) {
      const refusal = await verifierOf(source).catch((error: Error) => error.message)
      expect(refusal).toMatch(/^expected /)
      expect(refusal).not.toContain('\n')
    }
  })
})
