import { array, assert, constantFrom, integer, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { createPhotoSigner } from './photo-signer.ts'
import { signMediaUrl } from './signed-url.ts'
import { createSigner, makeSigningSecret, parseSigningSecrets } from './signing-secrets.ts'

const ids = ['0193f6a2-7c1e-7b3a-9d2e-5f60718293a4', '0193f6a2-7c1e-7b3a-9d2e-5f60718293a5']
const maxLifeSeconds = 86_400
const signer = createSigner(parseSigningSecrets(makeSigningSecret()))

test('a remembered signature is the one that would be made now, also if the clock is set back', async () => {
  const covered = constantFrom('photo' as const, 'renditions' as const)
  const steps = array(tuple(constantFrom(...ids), covered, integer({ min: -2_000_000, max: 2_000_000 })), {
    minLength: 1,
    maxLength: 30,
  })
  await assert(
    property(constantFrom(1, 3, 4, 600, 3600), steps, (lifeSeconds, moves) => {
      let nowMs = 1_800_000_000_000
      const sign = createPhotoSigner({ signer, lifeSeconds, maxLifeSeconds, now: () => nowMs })
      for (const [id, covers, stepMs] of moves) {
        nowMs += stepMs
        const path = `/media/${id}/thumb.webp`
        const choice = { path, covers, expiresInSeconds: lifeSeconds }
        expect(sign({ id, path, covers })).toBe(signMediaUrl(choice, { signer, maxLifeSeconds, nowMs }))
      }
    }),
  )
})
