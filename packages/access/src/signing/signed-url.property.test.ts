import { assert, boolean, constantFrom, nat, oneof, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { signMediaUrl, verifyMediaUrl } from './signed-url.ts'
import { createSigner, makeSigningSecret, parseSigningSecrets } from './signing-secrets.ts'

const path = '/media/0193f6a2-7c1e-7b3a-9d2e-5f60718293a4/w640.webp'
const signer = createSigner(parseSigningSecrets(makeSigningSecret()))
const options = { signer, maxLifeSeconds: 86_400, nowMs: 1_800_000_000_000 }
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/&?#% ~\n'

test('B215: no one-character change of a signed URL passes', async () => {
  const letter = oneof(constantFrom(...letters), string({ maxLength: 2 }))
  await assert(
    property(
      constantFrom('path', 'renditions', 'photo'),
      boolean(),
      nat(300),
      letter,
      nat(2),
      (covers, isDownload, position, text, cut) => {
        const query = signMediaUrl({ path, covers, isDownload, expiresInSeconds: 3600 }, options)
        const url = `${path}?${query}`
        const at = position % url.length
        const changed = url.slice(0, at) + text + url.slice(at + cut)
        const [changedPath = '', ...rest] = changed.split('?')
        // A signature for all widths covers another width: that is no change of what was signed.
        if (changed === url || (covers !== 'path' && rest.join('?') === query)) return
        expect(() => verifyMediaUrl(changedPath, rest.join('?'), options)).toThrow(
          expect.objectContaining({ code: 'INVALID_SIGNATURE' }),
        )
      },
    ),
  )
})

test('B215: nothing can be added before or after a signed URL', async () => {
  const added = string({ minLength: 1, maxLength: 3 })
  await assert(
    property(constantFrom('path', 'renditions', 'photo'), boolean(), added, (covers, isDownload, text) => {
      const query = signMediaUrl({ path, covers, isDownload, expiresInSeconds: 3600 }, options)
      for (const changed of [text + query, query + text])
        expect(() => verifyMediaUrl(path, changed, options)).toThrow(
          expect.objectContaining({ code: 'INVALID_SIGNATURE' }),
        )
    }),
  )
})

test('B215: every position of the signature counts, with every letter', () => {
  const query = signMediaUrl({ path, expiresInSeconds: 3600 }, options)
  for (let at = 0; at < query.length; at += 1)
    for (const letter of letters) {
      const changed = query.slice(0, at) + letter + query.slice(at + 1)
      if (changed !== query) expect(() => verifyMediaUrl(path, changed, options)).toThrow()
    }
})
