import { parseInput, uploadTokenInput } from '@tintype/contract/schemas'
import { describe, expect, test } from 'vitest'
import { createSigner, makeSigningSecret, parseSigningSecrets } from '../signing/signing-secrets.ts'
import { mintUploadToken, verifyUploadToken } from './upload-token.ts'

const [oldSecret, newSecret] = [makeSigningSecret(), makeSigningSecret()]
const signer = createSigner(parseSigningSecrets(newSecret))
const nowMs = 1_800_000_000_500
const minterId = 'key:000000000000'

const mint = (choice: object, options: { notAfterSeconds?: number } = {}) =>
  mintUploadToken(parseInput(uploadTokenInput, choice), { signer, minterId, nowMs, ...options })

/** A token with a right signature over any payload. */
function signPayload(payload: string): string {
  const signed = `ttu.${signer.kid}.${Buffer.from(payload).toString('base64url')}`
  return `${signed}.${signer.sign('upload-token', signed)}`
}

const refused = (reason: string) => expect.objectContaining({ code: 'UNAUTHENTICATED', facts: { reason } })

describe('an upload token', () => {
  test('gives back every term it was made with', () => {
    const terms = {
      owner: 'user:1',
      uses: 3,
      maxByteSize: 1000,
      formats: ['jpeg', 'png'],
      maxPixels: 2000,
      visibility: 'private',
      tags: ['a', 'b'],
      title: 'Title',
      alt: 'Alt',
      metadata: { order: [1, { deep: null }] },
      sha256: 'a'.repeat(64),
      origin: 'https://app.example',
    }
    const { token, id, expiresAtSeconds } = mint(terms)
    expect(verifyUploadToken(token, { signer, nowMs })).toEqual({
      ...terms,
      id,
      key: minterId,
      issuedAtSeconds: 1_800_000_000,
      expiresAtSeconds,
    })
    expect(token.split('.')).toHaveLength(4)
    expect(id).toMatch(/^[\w-]{16}$/)
    expect(expiresAtSeconds).toBe(1_800_000_900)
    expect(mint(terms).id).not.toBe(id)
  })

  test('does not outlive the credential that made it', () => {
    expect(mint({}, { notAfterSeconds: 1_800_000_100.9 }).expiresAtSeconds).toBe(1_800_000_100)
    expect(mint({}, { notAfterSeconds: 1_900_000_000 }).expiresAtSeconds).toBe(1_800_000_900)
  })

  test('carries at most 4 KiB', () => {
    const metadata = { text: 'x'.repeat(3000) }
    expect(verifyUploadToken(mint({ metadata }).token, { signer, nowMs }).metadata).toEqual(metadata)
    expect(() => mint({ metadata, alt: 'ü'.repeat(1000) })).toThrow(
      expect.objectContaining({
        code: 'INVALID_REQUEST',
        facts: { limit: 4096, received: expect.any(Number) },
      }),
    )
  })

  test('B219: is valid until the second in which it ends', () => {
    const { token, expiresAtSeconds } = mint({ expiresInSeconds: 10 })
    const endMs = expiresAtSeconds * 1000
    expect(verifyUploadToken(token, { signer, nowMs: endMs - 1 }).id).toBeDefined()
    expect(() => verifyUploadToken(token, { signer, nowMs: endMs })).toThrow(refused('expired'))
  })

  test('B229: is called expired only if its signature is right', () => {
    const { token } = mint({ expiresInSeconds: 10 })
    const forged = token.replace(/.{43}$/, 'A'.repeat(43))
    expect(() => verifyUploadToken(forged, { signer, nowMs: nowMs + 1e9 })).toThrow(refused('invalid'))
  })

  test('B221: is valid until its secret is removed', () => {
    const before = createSigner(parseSigningSecrets(oldSecret))
    const both = createSigner(parseSigningSecrets(`${newSecret},${oldSecret}`))
    const { token } = mintUploadToken(parseInput(uploadTokenInput, {}), { signer: before, minterId, nowMs })
    expect(verifyUploadToken(token, { signer: both, nowMs }).key).toBe(minterId)
    expect(() => verifyUploadToken(token, { signer, nowMs })).toThrow(refused('invalid'))
  })

  test('B222: with a term that is not known is refused, although its signature is right', () => {
    const facts = { id: 'a'.repeat(16), key: minterId, iat: 1_800_000_000, exp: 1_800_000_900, uses: 1 }
    const verify = (payload: unknown) =>
      verifyUploadToken(signPayload(typeof payload === 'string' ? payload : JSON.stringify(payload)), {
        signer,
        nowMs,
      })
    expect(verify(facts)).toMatchObject({ uses: 1 })
    for (const payload of [
      { ...facts, maxFrames: 1 },
      { ...facts, uses: undefined },
      { ...facts, uses: 101 },
      { ...facts, exp: '1800000900' },
      { ...facts, owner: null },
      [],
      'null',
      '{',
      JSON.stringify(facts).replace('1800000900', '1e400'),
      '\u0000',
    ])
      expect(() => verify(payload)).toThrow(refused('invalid'))
  })

  test.each([
    '',
    'ttu',
    'ttu.',
    'ttu..x.y',
    `ttu.${newSecret.split(':')[0]}..${'A'.repeat(43)}`,
    `ttu.a.${'A'.repeat(9000)}.${'A'.repeat(43)}`,
  ])('B215: %# is none', (token) => {
    expect(() => verifyUploadToken(token, { signer, nowMs })).toThrow(refused('invalid'))
  })
})
