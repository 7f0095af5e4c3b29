import { generateKeyPairSync } from 'node:crypto'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { problemsOf } from '../../testing/problems-of.ts'
import { parseConfig } from '../config.ts'
import { variables } from '../variables.ts'
import type { accessVariables } from './access-variables.ts'

type Env = Record<string, string>

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString().trim()
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const secret = 'hunter2'.repeat(5)
const signing = `one:${Buffer.alloc(32, 1).toString('base64url')}`
const jwtChecks = { TINTYPE_JWT_ISSUER: 'https://login.example', TINTYPE_JWT_AUDIENCE: 'photos' }
const closed = { TINTYPE_ACCESS: 'closed' }
const postgres = { TINTYPE_DATABASE_URL: 'postgres://tintype:hunter2@db.example/tintype' }
const minute = (count: number) => ({ count, periodMs: 60_000 })

describe('the mode', () => {
  test.each<readonly [Env, 'open' | 'closed']>([
    [{}, 'open'],
    [{ TINTYPE_HOST: '::1' }, 'open'],
    [{ TINTYPE_HOST: 'localhost' }, 'open'],
    [{ TINTYPE_ACCESS: 'Closed' }, 'closed'],
    [{ TINTYPE_ACCESS: 'open' }, 'open'],
    [{ TINTYPE_HOST: '0.0.0.0' }, 'closed'],
    [{ TINTYPE_HOST: '::' }, 'closed'],
    [{ TINTYPE_HOST: '192.168.0.7' }, 'closed'],
    [{ TINTYPE_HOST: 'photos.lan' }, 'closed'],
    [{ TINTYPE_HOST: '128.0.0.1' }, 'closed'],
    [{ TINTYPE_HOST: 'localhost.evil.example' }, 'closed'],
    [{ TINTYPE_HOST: '0.0.0.0', TINTYPE_OPEN: '1' }, 'open'],
    [{ TINTYPE_HOST: '0.0.0.0', TINTYPE_OPEN: '1', TINTYPE_ACCESS: 'open' }, 'open'],
    [{ TINTYPE_HOST: '0.0.0.0', TINTYPE_OPEN: '0', TINTYPE_ACCESS: 'closed' }, 'closed'],
  ])('%o', (env, mode) => {
    const { access } = parseConfig(env)
    expect([access.mode, access.isModeChosen]).toEqual([mode, 'TINTYPE_ACCESS' in env])
  })

  test('rates have defaults on a closed server only', () => {
    const defaults = { caller: minute(600), anonymous: minute(1200), upload: minute(120) }
    expect(parseConfig({}).access.rates).toEqual({})
    expect(parseConfig(closed).access.rates).toEqual(defaults)
    const upload = { count: 2, periodMs: 1000 }
    expect(parseConfig({ TINTYPE_UPLOAD_RATE_LIMIT: '2/s' }).access.rates).toEqual({ upload })
    expect(parseConfig({ ...closed, TINTYPE_UPLOAD_RATE_LIMIT: '2/s' }).access.rates).toEqual({
      ...defaults,
      upload,
    })
  })
})

test.each<readonly [Env, object]>([
  // SHA-256 of the key: the key itself is not kept
  [{ TINTYPE_ADMIN_KEY: 'a'.repeat(32) }, { adminKeyHash: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  [{ TINTYPE_ADMIN_KEY_FILE: 'key.txt' }, { adminKeyFile: resolve('key.txt') }],
  [{ TINTYPE_SIGNING_SECRETS: signing }, { signingSecrets: signing }],
  [{ TINTYPE_SIGNED_URL_MAX_AGE: '90m' }, { signedUrlMaxLifeSeconds: 5400 }],
  [{ TINTYPE_SIGNED_CACHE: 'shared' }, { signedCache: 'shared' }],
  [{ TINTYPE_DEFAULT_VISIBILITY: 'private' }, { defaultVisibility: 'private' }],
  [
    { TINTYPE_JWT_JWKS_URL: 'https://login.example/keys', ...jwtChecks },
    {
      jwt: {
        keys: { kind: 'jwks', url: 'https://login.example/keys' },
        issuer: 'https://login.example',
        audience: 'photos',
        ownerClaim: ['sub'],
        scopesClaim: undefined,
        defaultScopes: ['read', 'upload', 'manage'],
      },
    },
  ],
  [
    {
      ...jwtChecks,
      TINTYPE_JWT_SECRET: secret,
      TINTYPE_JWT_OWNER_CLAIM: '/https:~1~1x.example~1owner',
      TINTYPE_JWT_SCOPES_CLAIM: '/scope',
      TINTYPE_JWT_SCOPES: 'read',
    },
    {
      jwt: {
        keys: { kind: 'secret', text: secret },
        ownerClaim: ['https://x.example/owner'],
        scopesClaim: ['scope'],
        defaultScopes: ['read'],
      },
    },
  ],
  [{ ...jwtChecks, TINTYPE_JWT_PUBLIC_KEY: pem }, { jwt: { keys: { kind: 'public-key', pem } } }],
  [
    { ...jwtChecks, TINTYPE_JWT_PUBLIC_KEY: pem.replaceAll('\n', '\\n') },
    { jwt: { keys: { kind: 'public-key', pem } } },
  ],
  [{ TINTYPE_TRUSTED_PROXIES: '10.0.0.0/8, ::1' }, { trustedProxies: ['10.0.0.0/8', '::1'] }],
  [
    { TINTYPE_OWNER_MAX_PHOTOS: '10', TINTYPE_OWNER_MAX_BYTES: '1gb' },
    { ownerQuota: { maxPhotos: 10, maxBytes: 1_073_741_824 } },
  ],
  [{ TINTYPE_AUDIT_RETENTION: '1d' }, { auditRetentionSeconds: 86_400 }],
  [{ TINTYPE_EDGE_SECRET: secret }, { edgeSecret: secret }],
])('closed, with %o', (env, access) => {
  expect(parseConfig({ ...closed, ...env }).access).toMatchObject(access)
})

test.each<readonly [keyof typeof accessVariables, readonly string[]]>([
  ['access', ['shut', 'open,closed']],
  ['adminKeyHash', ['short', 'ttk_0', `eyJ${secret}`, `with space ${secret}`]],
  ['adminKeyFile', ['https://a.example/key', 'a\0b']],
  ['signingSecrets', ['no-secret', 'one:AAAA', `${signing},${signing}`, `ONE${signing.slice(3)}`]],
  ['signedUrlMaxLifeSeconds', ['8d', '0s', '3600', '1w', '500ms']],
  ['signedCache', ['public', 'none']],
  ['defaultVisibility', ['hidden']],
  ['jwksUrl', ['http://login.example/keys', 'login.example', 'file:///keys']],
  ['jwtSecret', ['a'.repeat(31)]],
  ['jwtPublicKey', ['key', privatePem, '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----']],
  ['jwtIssuer', ['two words', 'a'.repeat(501)]],
  ['jwtAudience', ['two words']],
  ['jwtOwnerClaim', ['sub', '/a~2']],
  ['jwtScopesClaim', ['scope']],
  ['jwtScopes', ['admin', ',', 'read write']],
  ['callerRate', ['600', '0/m', '600/d', '-1/s', 'none']],
  ['anonymousRate', ['1.5/m']],
  ['uploadRate', ['/m']],
  ['trustedProxies', ['proxy.example', '10.0.0.0/33', '10.0.0.0/8;::1', '*']],
  ['ownerMaxPhotos', ['0', '-1', '1e3']],
  ['ownerMaxBytes', ['0', 'all']],
  ['auditRetentionSeconds', ['1m', '3651d', 'forever']],
  ['edgeSecret', ['a'.repeat(31), `${secret} ä`]],
])('%s refuses values that it cannot use, and shows no secret', (key, texts) => {
  const { name } = variables[key]
  const isSecret = 'isSecret' in variables[key]
  for (const text of texts) {
    const problems = problemsOf({ [name]: text })
    expect(problems, text).toHaveLength(1)
    const received = isSecret ? `${text.length} characters` : '".*"'
    expect(problems[0]).toMatch(new RegExp(`^${name}: expected .+; received ${received}$`))
    if (isSecret) expect(problems[0]).not.toContain(text)
  }
})

describe('B314: the start is refused', () => {
  const jwks = { TINTYPE_JWT_JWKS_URL: 'https://login.example/keys' }
  test.each<readonly [Env, RegExp]>([
    [{ TINTYPE_OPEN: '1', ...closed }, /^TINTYPE_OPEN, TINTYPE_ACCESS: a server is open or closed/],
    [
      { TINTYPE_HOST: '0.0.0.0', TINTYPE_ACCESS: 'open' },
      /^TINTYPE_HOST: 0\.0\.0\.0 can be reached from other machines.*TINTYPE_OPEN=1/,
    ],
    [{ TINTYPE_DEFAULT_VISIBILITY: 'private' }, /^TINTYPE_DEFAULT_VISIBILITY: an open server/],
    [{ TINTYPE_ADMIN_KEY: secret }, /^TINTYPE_ADMIN_KEY: an open server checks no credentials/],
    [{ ...jwks, ...jwtChecks }, /^TINTYPE_JWT_JWKS_URL: an open server checks no credentials/],
    [
      { ...closed, TINTYPE_ADMIN_KEY: secret, TINTYPE_ADMIN_KEY_FILE: 'key' },
      /^TINTYPE_ADMIN_KEY, TINTYPE_ADMIN_KEY_FILE: there is one admin key/,
    ],
    [
      { ...closed, ...jwks, ...jwtChecks, TINTYPE_JWT_SECRET: secret },
      /^TINTYPE_JWT_JWKS_URL, TINTYPE_JWT_SECRET: JWTs are verified with one of them/,
    ],
    [
      { ...closed, ...jwks, ...jwtChecks, TINTYPE_JWT_PUBLIC_KEY: pem },
      /^TINTYPE_JWT_JWKS_URL, TINTYPE_JWT_PUBLIC_KEY: JWTs are verified with one of them/,
    ],
    [
      { ...closed, ...postgres, TINTYPE_ADMIN_KEY: secret },
      /^TINTYPE_SIGNING_SECRETS: required by a closed server with PostgreSQL/,
    ],
    [
      { TINTYPE_HOST: '0.0.0.0', ...postgres, TINTYPE_SIGNING_SECRETS: signing },
      /^TINTYPE_ADMIN_KEY, TINTYPE_ADMIN_KEY_FILE: one of them is required .* PostgreSQL/,
    ],
    [{ ...closed, ...jwks }, /^TINTYPE_JWT_ISSUER, TINTYPE_JWT_AUDIENCE: required/],
    [{ ...closed, ...jwks, TINTYPE_JWT_ISSUER: 'https://login.example' }, /^TINTYPE_JWT_AUDIENCE: required/],
    [{ ...closed, ...jwtChecks }, /^TINTYPE_JWT_ISSUER, TINTYPE_JWT_AUDIENCE: JWTs need a key/],
    [{ ...closed, TINTYPE_JWT_SCOPES_CLAIM: '/scope' }, /^TINTYPE_JWT_SCOPES_CLAIM: JWTs need a key/],
  ])('%o', (env, expected) => {
    const problems = problemsOf(env)
    expect(problems).toEqual([expect.stringMatching(expected)])
    expect(problems.join()).not.toContain('hunter2')
  })

  test('PostgreSQL needs no secrets while the server is open, and no others than these', () => {
    expect(problemsOf(postgres)).toEqual([])
    const secrets = { TINTYPE_SIGNING_SECRETS: signing, TINTYPE_ADMIN_KEY_FILE: 'key' }
    expect(problemsOf({ ...closed, ...postgres, ...secrets })).toEqual([])
  })

  test('credentials on a server that is open by name are the choice of the operator', () => {
    expect(problemsOf({ TINTYPE_ACCESS: 'open', TINTYPE_ADMIN_KEY: secret })).toEqual([])
  })
})
