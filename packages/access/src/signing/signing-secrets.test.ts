import { hkdfSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createSigner, deriveSigningKey, makeSigningSecret, parseSigningSecrets } from './signing-secrets.ts'

const long = Buffer.alloc(32, 7).toString('base64url')

describe('signing secrets', () => {
  test('are read in order, and a new one can be read', () => {
    expect(parseSigningSecrets(`2026b:${long}, old:${long}AAAA\n`)).toEqual([
      { kid: '2026b', bytes: Buffer.alloc(32, 7) },
      { kid: 'old', bytes: Buffer.concat([Buffer.alloc(32, 7), Buffer.alloc(3)]) },
    ])
    const made = makeSigningSecret()
    expect(parseSigningSecrets(made)).toMatchObject([{ bytes: { length: 32 } }])
    expect(makeSigningSecret()).not.toBe(made)
  })

  test.each([
    '',
    long,
    `:${long}`,
    `A:${long}`,
    `ninechars:${long}`,
    `a-b:${long}`,
    `a:${Buffer.alloc(31).toString('base64url')}`,
    `a:${long}=`,
    `a:${long}+`,
    `a:${long},`,
    `a:${long},a:${long}`,
    `a:${long} b:${long}`,
  ])('B230: %# is refused without being repeated', (text) => {
    expect(() => parseSigningSecrets(text)).toThrow(/^expected/)
    expect(() => parseSigningSecrets(text)).not.toThrow(long)
  })
})

describe('keys', () => {
  const [secret] = parseSigningSecrets(`a:${long}`)

  test('are derived by HKDF-SHA-256 with their purpose', () => {
    if (secret === undefined) return expect.fail()
    const key = hkdfSync('sha256', Buffer.alloc(32, 7), new Uint8Array(), 'tintype/media-url/1', 32)
    expect(deriveSigningKey(secret, 'media-url')).toEqual(Buffer.from(key))
  })

  test('B220: what one purpose signed is not valid for another', () => {
    const signer = createSigner(parseSigningSecrets(`a:${long}`))
    const mac = signer.sign('upload-token', 'text')
    expect(signer.verify('upload-token', 'a', 'text', mac)).toBe(true)
    expect(signer.verify('media-url', 'a', 'text', mac)).toBe(false)
  })

  test('B221: the first secret signs, all verify, and a removed one is retired', () => {
    const [older, newer] = [makeSigningSecret(), makeSigningSecret()]
    const before = createSigner(parseSigningSecrets(older))
    const both = createSigner(parseSigningSecrets(`${newer},${older}`))
    const after = createSigner(parseSigningSecrets(newer))
    const mac = before.sign('media-url', 'text')
    expect(both.kid).not.toBe(before.kid)
    expect(both.verify('media-url', before.kid, 'text', mac)).toBe(true)
    expect(after.verify('media-url', before.kid, 'text', mac)).toBe(false)
    expect(after.verify('media-url', both.kid, 'text', both.sign('media-url', 'text'))).toBe(true)
  })

  test('B215: a MAC of another form is refused', () => {
    const signer = createSigner(parseSigningSecrets(`a:${long}`))
    const mac = signer.sign('media-url', 'text')
    for (const wrong of ['', mac.slice(1), `${mac}=`, mac.replace(/.$/, '+')])
      expect(signer.verify('media-url', 'a', 'text', wrong)).toBe(false)
  })
})
