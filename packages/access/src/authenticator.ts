import { anonymousCaller, type Caller, isTintypeError, openCaller } from '@tintype/contract'
import { kindOf, readCredential } from './credential.ts'
import type { JwtVerifier } from './jwt/jwt.ts'
import type { ApiKeys } from './keys/api-keys.ts'
import { addressGroupOf } from './limits/address-group.ts'
import type { RefusalLimiter } from './limits/rate-limits.ts'
import { refuseCredential } from './refuse-credential.ts'
import type { UploadTokens } from './tokens/upload-tokens.ts'

/** The part of a request that identifies its caller. */
export interface CredentialRequest {
  /** The values of each header `Authorization`, as they arrived. */
  readonly authorization: readonly string[]
  /** Of the client, as `clientAddressOf` gives it. */
  readonly address: string
  /** The header `Origin`. */
  readonly origin?: string | undefined
}

/** Identifies callers. */
export interface Authenticator {
  /**
   * The caller of a request. Returned at once if no credential was sent, the operator's key, or a key that was verified within
   * the last second; otherwise when it is verified.
   *
   * @throws UNAUTHENTICATED if a credential was sent that is not accepted
   * @throws RATE_LIMITED if too many credentials of the same address were refused
   * @throws ORIGIN_NOT_ALLOWED, IDENTITY_UNAVAILABLE, and what the catalog throws
   */
  authenticate(request: CredentialRequest): Caller | Promise<Caller>
  /**
   * Whether a caller's key, or the key that made its upload token, has not ended since it was identified. For work that takes
   * long, such as an upload: a key that is revoked meanwhile must not complete it (threat B222).
   */
  isStillValid(caller: Caller): Promise<boolean>
}

/** What the authenticator of a closed server works with. */
export interface AuthenticatorOptions {
  readonly keys: ApiKeys
  readonly uploadTokens: UploadTokens
  /** Absent if no JWTs are configured; then none is accepted. */
  readonly jwts?: JwtVerifier | undefined
  readonly refusals: RefusalLimiter
}

/** An open server's: every caller may do everything, whatever credential it sends. */
export const openAuthenticator: Authenticator = {
  authenticate: () => openCaller,
  isStillValid: async () => true,
}

/** A closed server's: a caller has the rights of its credential, and none without one. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { keys, uploadTokens, jwts, refusals } = options

  async function identify({ authorization, origin }: CredentialRequest): Promise<Caller> {
    const credential = readCredential(authorization)
    if (credential === undefined) throw refuseCredential('invalid')
    const { kind, text } = credential
    if (kind === 'upload-token') return uploadTokens.verify(text, origin)
    if (kind !== 'jwt') return keys.verify(text)
    if (jwts === undefined) throw refuseCredential('invalid')
    return jwts.verify(text)
  }

  async function verify(request: CredentialRequest): Promise<Caller> {
    const subject = addressGroupOf(request.address)
    refusals.assertMayTry(subject)
    const outcome = await identify(request).catch((error: unknown) => ({ error }))
    // Others of the same address may have been refused in the meantime: guesses at the same time get no more attempts.
    refusals.assertMayTry(subject)
    if (!('error' in outcome)) return outcome
    const { error } = outcome
    // One that has only expired was no guess.
    const wasGuess =
      isTintypeError(error) && error.code === 'UNAUTHENTICATED' && error.facts.reason === 'invalid'
    if (wasGuess) refusals.noteRefusal(subject)
    throw error
  }

  /** Most requests have the key of one before them: they need not wait. */
  function findVerified({ authorization, address }: CredentialRequest): Caller | undefined {
    const [value = ''] = authorization
    if (authorization.length > 1 || !value.startsWith('Bearer ')) return undefined
    const text = value.slice('Bearer '.length)
    const isKey = kindOf(text) === 'api-key' || kindOf(text) === 'admin-key'
    return isKey && refusals.mayTry(addressGroupOf(address)) ? keys.findVerified(text) : undefined
  }

  return {
    authenticate: (request) =>
      request.authorization.length === 0 ? anonymousCaller : (findVerified(request) ?? verify(request)),
    async isStillValid({ id, grant }) {
      const key = grant?.key ?? id
      return !key.startsWith('key:') || (await keys.findCaller(key)) !== undefined
    },
  }
}
