import { createHmac, createSecretKey, hkdfSync, randomBytes, randomInt } from 'node:crypto'
import { equalDigests, parseDigest } from './digests.ts'

/** What a derived key signs. The key of one purpose never verifies what another one signed. */
export const signingPurposes = {
  'upload-token': 'tintype/upload-token/1',
  'media-url': 'tintype/media-url/1',
  'admin-key': 'tintype/admin-key/1',
} as const
export type SigningPurpose = keyof typeof signingPurposes

/** The id of a signing secret: 1 to 8 of `a-z0-9`. */
export const secretIdPattern = '[a-z0-9]{1,8}'

/** A secret from which the keys of every purpose are derived. */
export interface SigningSecret {
  /** 1 to 8 of `a-z0-9`; a part of everything that is signed with it. */
  readonly kid: string
  /** At least 32 bytes. */
  readonly bytes: Uint8Array
}

/** Signs and verifies texts with HMAC-SHA-256. */
export interface Signer {
  /** Id of the secret that signs. */
  readonly kid: string
  /** The MAC of a text with the secret that signs: 43 characters of base64url. */
  sign(purpose: SigningPurpose, text: string): string
  /** Whether `mac` is the MAC of the text with the secret `kid`. An unknown `kid` costs the same work (threat B221). */
  verify(purpose: SigningPurpose, kid: string, text: string, mac: string): boolean
}

/**
 * Reads `kid:base64url,…`: the first secret signs, all verify.
 *
 * @throws RangeError that says which secret is not valid, and never repeats it
 */
export function parseSigningSecrets(text: string): readonly SigningSecret[] {
  const secrets = text
    .trim()
    .split(',')
    .map((member, at) => parseSecret(member.trim(), at + 1))
  const kids = new Set(secrets.map(({ kid }) => kid))
  if (kids.size < secrets.length) throw new RangeError('expected signing secrets with different ids')
  return secrets
}

function parseSecret(text: string, position: number): SigningSecret {
  const [, kid, encoded] = new RegExp(`^(${secretIdPattern}):([\\w-]+)$`).exec(text) ?? []
  const bytes = Buffer.from(encoded ?? '', 'base64url')
  if (kid !== undefined && bytes.byteLength >= 32) return { kid, bytes }
  throw new RangeError(
    `expected kid:base64url for signing secret ${position}, with an id of 1 to 8 characters of a-z and 0-9, ` +
      'and at least 32 bytes without padding',
  )
}

/** A new random signing secret as text: `kid:base64url`, 32 bytes. */
export function makeSigningSecret(): string {
  const kid = randomInt(36 ** 6)
    .toString(36)
    .padStart(6, '0')
  return `${kid}:${randomBytes(32).toString('base64url')}`
}

/** The key of one purpose: HKDF-SHA-256 with the purpose as `info`, 32 bytes. @see RFC 5869 */
export function deriveSigningKey({ bytes }: SigningSecret, purpose: SigningPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', bytes, '', signingPurposes[purpose], 32))
}

/**
 * Derives every key once, and keeps them.
 *
 * @param secrets at least one; the first signs
 */
export function createSigner(secrets: readonly SigningSecret[]): Signer {
  const [first] = secrets
  if (first === undefined) throw new RangeError('expected at least one signing secret')
  // as key objects, with which an HMAC costs a quarter of what it costs with bytes
  const keysOf = (secret: SigningSecret) => ({
    'upload-token': createSecretKey(deriveSigningKey(secret, 'upload-token')),
    'media-url': createSecretKey(deriveSigningKey(secret, 'media-url')),
    'admin-key': createSecretKey(deriveSigningKey(secret, 'admin-key')),
  })
  const known = new Map(secrets.map((secret) => [secret.kid, keysOf(secret)]))
  const unknown = keysOf({ kid: '', bytes: randomBytes(32) })
  const macOf = (purpose: SigningPurpose, kid: string, text: string) =>
    createHmac('sha256', (known.get(kid) ?? unknown)[purpose])
      .update(text)
      .digest()
  return {
    kid: first.kid,
    sign: (purpose, text) => macOf(purpose, first.kid, text).toString('base64url'),
    verify(purpose, kid, text, mac) {
      const received = parseDigest(mac)
      if (received === undefined) return false
      const expected = macOf(purpose, kid, text)
      return equalDigests(expected, received) && known.has(kid)
    },
  }
}
