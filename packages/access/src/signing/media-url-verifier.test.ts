import { expect, test } from 'vitest'
import { createMediaUrlVerifier } from './media-url-verifier.ts'
import { signMediaUrl } from './signed-url.ts'
import { createSigner, makeSigningSecret, parseSigningSecrets } from './signing-secrets.ts'

const path = '/media/0193f6a2-7c1e-7b3a-9d2e-5f60718293a4/thumb.webp'
const nowMs = 1_800_000_000_900
const maxLifeSeconds = 7 * 86_400
const signer = createSigner(parseSigningSecrets(makeSigningSecret()))
const refused = (code: string) => expect.objectContaining({ code })

function sign(expiresInSeconds: number | 'never' = 3600, covers: 'path' | 'photo' = 'path') {
  return signMediaUrl(
    { path, expiresInSeconds, covers },
    { signer, maxLifeSeconds, nowMs, isPublic: expiresInSeconds === 'never' },
  )
}

/** Every change of one of the last 43 characters, and other lengths. */
function otherMacs(query: string): string[] {
  const changed = Array.from({ length: 43 }, (_, back) => {
    const at = query.length - 1 - back
    return `${query.slice(0, at)}${query[at] === 'A' ? 'B' : 'A'}${query.slice(at + 1)}`
  })
  // the last has the code of the right first character in its low byte
  const wide = query.replace(/.{43}$/, (mac) => String.fromCharCode(mac.charCodeAt(0) + 256) + mac.slice(1))
  return [...changed, `${query}A`, query.slice(0, -1), wide, '', path]
}

test('B215: a URL that was valid before is verified as exactly as at first', () => {
  const verify = createMediaUrlVerifier({ signer, maxLifeSeconds })
  for (const query of [sign(), sign(3600, 'photo'), sign('never')]) {
    const first = verify(path, query, nowMs)
    for (const changed of otherMacs(query))
      expect(() => verify(path, changed, nowMs)).toThrow(refused('INVALID_SIGNATURE'))
    for (const other of [`${path}x`, path.slice(0, -1), '/media/x'])
      expect(() => verify(other, query, nowMs)).toThrow(refused('INVALID_SIGNATURE'))
    expect(verify(path, query, nowMs)).toEqual(first)
  }
})

test('B219: a URL that was valid before ends when it was signed to end, also after the clock was set back', () => {
  const verify = createMediaUrlVerifier({ signer, maxLifeSeconds })
  const query = sign(maxLifeSeconds)
  const { secondsLeft = 0 } = verify(path, query, nowMs)
  expect(verify(path, query, nowMs + 1000)).toEqual({ isDownload: false, secondsLeft: secondsLeft - 1 })
  expect(verify(path, query, nowMs + (secondsLeft - 1) * 1000).secondsLeft).toBe(1)
  expect(() => verify(path, query, nowMs + secondsLeft * 1000)).toThrow(refused('URL_EXPIRED'))
  expect(() => verify(path, query, nowMs - maxLifeSeconds * 1000)).toThrow(refused('INVALID_SIGNATURE'))
})

test('B215: a URL that was refused is not remembered', () => {
  const verify = createMediaUrlVerifier({ signer, maxLifeSeconds })
  const forged = sign().replace(/.{43}$/, 'A'.repeat(43))
  for (let round = 0; round < 3; round += 1)
    expect(() => verify(path, forged, nowMs)).toThrow(refused('INVALID_SIGNATURE'))
  expect(verify(path, sign(), nowMs).secondsLeft).toBeGreaterThan(0)
  expect(() => verify(path, forged, nowMs)).toThrow(refused('INVALID_SIGNATURE'))
})
