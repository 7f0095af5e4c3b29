import { createPublicKey, type KeyObject } from 'node:crypto'
import { type Caller, TintypeError } from '@tintype/contract'
import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose'
import { refuseCredential } from '../refuse-credential.ts'
import { type ClaimRules, callerOfClaims } from './jwt-claims.ts'

/** Where the keys of the application's JWTs come from. */
export type JwtKeySource =
  /** A JSON Web Key Set: https, or http on loopback. */
  | { readonly kind: 'jwks'; readonly url: string }
  /** A public key as PEM (SPKI). */
  | { readonly kind: 'public-key'; readonly pem: string }
  /** A shared secret, at least 32 bytes. */
  | { readonly kind: 'secret'; readonly bytes: Uint8Array }

/** What the verifier works with. */
export interface JwtOptions extends ClaimRules {
  readonly keys: JwtKeySource
  /** `iss` of every JWT. */
  readonly issuer: string
  /** `aud` of every JWT, or a member of it. */
  readonly audience: string
  /** Unix time, milliseconds. */
  readonly now: () => number
  /** How a key set is loaded, milliseconds. */
  readonly jwks?: JwksTimes | undefined
}

/** How a key set is loaded, milliseconds. */
export interface JwksTimes {
  /** @default 10 min */
  readonly cachedMs?: number | undefined
  /** Between two loads for unknown key ids. @default 30 s */
  readonly cooldownMs?: number | undefined
  /** @default 5 s */
  readonly timeoutMs?: number | undefined
}

/** Verifies the application's JWTs. */
export interface JwtVerifier {
  /**
   * The caller that a JWT describes.
   *
   * @throws UNAUTHENTICATED with the fact `reason`: `expired` only if the signature is right
   * @throws IDENTITY_UNAVAILABLE if the key set cannot be loaded
   */
  verify(jwt: string): Promise<Caller>
}

const toleranceSeconds = 30
const maxLifeSeconds = 86_400
/** Never both lists: a public key must not serve as the secret of an HMAC. */
const algorithmsOf = {
  jwks: ['RS256', 'PS256', 'ES256', 'EdDSA'],
  'public-key': ['RS256', 'PS256', 'ES256', 'EdDSA'],
  secret: ['HS256'],
} as const satisfies Record<JwtKeySource['kind'], readonly string[]>

/**
 * Verifies JWTs with jose, which is loaded here and only if JWTs are configured.
 *
 * @throws RangeError if the key cannot be used; the text never repeats it
 * @see RFC 8725
 */
export async function createJwtVerifier(options: JwtOptions): Promise<JwtVerifier> {
  const { issuer, audience, now } = options
  const jose = await import('jose')
  const getKey = createKeyFinder(jose, options)
  const checks: JWTVerifyOptions = {
    issuer,
    audience,
    algorithms: [...algorithmsOf[options.keys.kind]],
    requiredClaims: ['exp'],
    clockTolerance: toleranceSeconds,
  }

  return {
    async verify(jwt) {
      const currentDate = new Date(now())
      const { payload, protectedHeader } = await jose
        .jwtVerify(jwt, getKey, { ...checks, currentDate })
        .catch((cause: unknown) => {
          if (cause instanceof TintypeError) throw cause
          throw refuseCredential(cause instanceof jose.errors.JWTExpired ? 'expired' : 'invalid', cause)
        })
      const isOfType = /^(?:application\/)?(?:at\+)?jwt$/i.test(protectedHeader.typ ?? 'JWT')
      if (!isOfType || !hasShortLife(payload, currentDate)) throw refuseCredential('invalid')
      const expiresAtMs = (payload.exp ?? 0) * 1000
      const caller = callerOfClaims(payload, options, expiresAtMs)
      if (caller === undefined) throw refuseCredential('invalid')
      return caller
    },
  }
}

/** Counted from the time of issue, or from now if the JWT has none. One that is issued in the future is refused. */
function hasShortLife({ exp = Number.NaN, iat }: JWTPayload, currentDate: Date): boolean {
  const nowSeconds = currentDate.getTime() / 1000
  const issuedSeconds: unknown = iat ?? nowSeconds
  if (typeof issuedSeconds !== 'number' || issuedSeconds > nowSeconds + toleranceSeconds) return false
  return exp - issuedSeconds <= maxLifeSeconds
}

/** @throws RangeError if the key cannot be used */
function createKeyFinder(jose: typeof import('jose'), { keys, jwks }: JwtOptions): JWTVerifyGetKey {
  if (keys.kind === 'secret') {
    if (keys.bytes.byteLength < 32) throw new RangeError('expected a secret of at least 32 bytes')
    return () => keys.bytes
  }
  if (keys.kind === 'public-key') {
    const key = parsePublicKey(keys.pem)
    return () => key
  }
  const find = jose.createRemoteJWKSet(parseJwksUrl(keys.url), {
    cacheMaxAge: jwks?.cachedMs ?? 600_000,
    cooldownDuration: jwks?.cooldownMs ?? 30_000,
    timeoutDuration: jwks?.timeoutMs ?? 5000,
  })
  return (header, token) =>
    find(header, token).catch((cause: unknown) => {
      const { JWKSNoMatchingKey, JWKSMultipleMatchingKeys } = jose.errors
      if (cause instanceof JWKSNoMatchingKey || cause instanceof JWKSMultipleMatchingKeys) throw cause
      throw new TintypeError(
        'IDENTITY_UNAVAILABLE',
        'The keys that verify JWTs cannot be loaded from their issuer. Try again later',
        { retryAfterSeconds: 5, cause },
      )
    })
}

/**
 * Reads the public key that verifies JWTs.
 *
 * @throws RangeError if it is no PEM (SPKI); the text never repeats it
 */
export function parsePublicKey(pem: string): KeyObject {
  // `createPublicKey` would also read a private key, which has no place in a verifier's settings.
  if (!/^\s*-----BEGIN PUBLIC KEY-----/.test(pem)) throw new RangeError('expected a public key as PEM (SPKI)')
  try {
    return createPublicKey(pem)
  } catch {
    throw new RangeError('expected a public key as PEM (SPKI); it cannot be read')
  }
}

/**
 * The address of a key set.
 *
 * @throws RangeError unless it is https, or http on a loopback address: keys that were changed on their way open everything
 */
export function parseJwksUrl(text: string): URL {
  const url = URL.parse(text)
  const isLoopback = url !== null && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url
  throw new RangeError('expected an https URL of a JSON Web Key Set, or an http one on a loopback address')
}
