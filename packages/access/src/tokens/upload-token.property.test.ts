import { parseInput, uploadTokenInput } from '@tintype/contract/schemas'
import { assert, constantFrom, nat, oneof, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { createSigner, makeSigningSecret, parseSigningSecrets } from '../signing/signing-secrets.ts'
import { mintUploadToken, verifyUploadToken } from './upload-token.ts'

const signer = createSigner(parseSigningSecrets(makeSigningSecret()))
const nowMs = 1_800_000_000_000
const { token } = mintUploadToken(parseInput(uploadTokenInput, { owner: 'user:1', uses: 5 }), {
  signer,
  minterId: 'env',
  nowMs,
})
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ~\n'
const invalid = expect.objectContaining({ code: 'UNAUTHENTICATED', facts: { reason: 'invalid' } })

test('B215: no one-character change of a token passes', async () => {
  expect(verifyUploadToken(token, { signer, nowMs }).owner).toBe('user:1')
  await assert(
    property(
      nat(token.length),
      oneof(constantFrom(...letters), string({ maxLength: 2 })),
      nat(2),
      (at, text, cut) => {
        const changed = token.slice(0, at) + text + token.slice(at + cut)
        if (changed !== token) expect(() => verifyUploadToken(changed, { signer, nowMs })).toThrow(invalid)
      },
    ),
  )
})

test('B215: nothing can be added before or after a token', async () => {
  await assert(
    property(string({ minLength: 1, maxLength: 3 }), (text) => {
      for (const changed of [text + token, token + text])
        expect(() => verifyUploadToken(changed, { signer, nowMs })).toThrow(invalid)
    }),
  )
})

test('B215: nor does the last character, which has spare bits, in any other form', () => {
  const others = [...letters].filter((letter) => letter !== token.at(-1))
  for (const letter of others)
    expect(() => verifyUploadToken(token.slice(0, -1) + letter, { signer, nowMs })).toThrow(invalid)
})
