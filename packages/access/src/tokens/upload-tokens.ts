import { type Caller, type Right, TintypeError, type UploadGrant } from '@tintype/contract'
import type { ApiKeys } from '../keys/api-keys.ts'
import { createBoundedMap } from '../limits/bounded-map.ts'
import { refuseCredential } from '../refuse-credential.ts'
import type { Signer } from '../signing/signing-secrets.ts'
import type { MinterNames } from './minter-names.ts'
import { verifyUploadToken } from './upload-token.ts'

/** Where revoked tokens are kept, as the verifier sees it. The catalog satisfies it. */
export interface RevokedTokenReader {
  isTokenRevoked(id: string): Promise<boolean>
}

/** What the verifier works with. */
export interface UploadTokensOptions {
  readonly signer: Signer
  readonly keys: ApiKeys
  readonly minters: MinterNames
  readonly reader: RevokedTokenReader
  /** Whether tokens that a JWT's caller made are valid: they are if JWTs are configured. */
  readonly acceptsJwts: boolean
  /** Unix time, milliseconds. */
  readonly now: () => number
}

/** Verifies upload tokens. */
export interface UploadTokens {
  /**
   * The caller that holds a token. Its uses are counted when a photo is recorded, not here.
   *
   * @param origin of the request, if it has one
   * @throws UNAUTHENTICATED if the token is not valid, was revoked, or the key that made it has ended
   * @throws ORIGIN_NOT_ALLOWED if the token is for pages of another origin
   */
  verify(token: string, origin: string | undefined): Promise<Caller>
  /** Looks the tokens with these ids up again before they are used; every token if `undefined`. */
  forget(ids: readonly string[] | undefined): void
}

/** How long a token that was found valid may be used without looking it up again. */
const cachedMs = 1000
const maxCached = 10_000
const rights: ReadonlySet<Right> = new Set<Right>(['photos:create', 'system:read'])

/** Verifies upload tokens against their signature, their minter and the list of revoked ones. */
export function createUploadTokens(options: UploadTokensOptions): UploadTokens {
  const { signer, keys, minters, reader, acceptsJwts, now } = options
  /** Grows when tokens are forgotten: what was read before may not be true any more. */
  let generation = 0
  const seenAtMs = createBoundedMap<string, number>(maxCached)

  async function isRevoked(id: string): Promise<boolean> {
    const nowMs = now()
    const elapsedMs = nowMs - (seenAtMs.get(id) ?? Number.NEGATIVE_INFINITY)
    if (elapsedMs >= 0 && elapsedMs < cachedMs) return false
    const before = generation
    if (await reader.isTokenRevoked(id)) return true
    if (before === generation) seenAtMs.set(id, nowMs)
    return false
  }

  /**
   * The limits and usage of the key that made a token. A JWT has none, and its tokens end with it; nor has the application that embeds
   * the server, which has no credential that could end.
   */
  async function findMinter({ key }: UploadGrant): Promise<Pick<Caller, 'limits' | 'countedAs'> | undefined> {
    if (key === 'local' || key.startsWith('local:')) return {}
    if (key.startsWith('jwt:')) return acceptsJwts ? {} : undefined
    const id = minters.read(key)
    const minter = id === undefined ? undefined : await keys.findCaller(id)
    return minter?.may('tokens:mint') ? minter : undefined
  }

  return {
    async verify(token, origin) {
      const grant = verifyUploadToken(token, { signer, nowMs: now() })
      const [minter, wasRevoked] = await Promise.all([findMinter(grant), isRevoked(grant.id)])
      if (minter === undefined || wasRevoked) throw refuseCredential('invalid')
      if (grant.origin !== undefined && grant.origin !== origin)
        throw new TintypeError('ORIGIN_NOT_ALLOWED', 'This upload token is for pages of another origin', {
          facts: { received: origin?.slice(0, 200) ?? null },
        })
      return {
        kind: 'token',
        id: `token:${grant.id}`,
        scope: { owner: grant.owner, includesPrivate: false },
        grant,
        expiresAtMs: grant.expiresAtSeconds * 1000,
        limits: minter.limits,
        countedAs: minter.countedAs ?? grant.key,
        may: (right) => rights.has(right),
      }
    },
    forget(ids) {
      generation += 1
      if (ids === undefined) seenAtMs.clear()
      else for (const id of ids) seenAtMs.delete(id)
    },
  }
}
