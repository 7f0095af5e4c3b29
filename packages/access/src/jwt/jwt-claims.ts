import { type Caller, rightsOfScopes, type Scope, scopes } from '@tintype/contract'
import { ownerInput } from '@tintype/contract/schemas'
import { type JsonPointer, resolveJsonPointer } from './json-pointer.ts'

/** What is read from the application's JWTs. */
export interface ClaimRules {
  readonly ownerClaim: JsonPointer
  /** Absent if JWTs carry no scopes. */
  readonly scopesClaim?: JsonPointer | undefined
  /** What every JWT may do if `scopesClaim` is absent. `admin` gives nothing. */
  readonly defaultScopes: readonly Scope[]
}

/**
 * The caller that verified claims describe: one owner, and never `admin`. If scopes have a claim, a JWT without it has no
 * rights, because issuers leave out what is empty.
 *
 * @returns `undefined` if the claims name no owner
 */
export function callerOfClaims(claims: object, rules: ClaimRules, expiresAtMs: number): Caller | undefined {
  const owner = ownerInput.safeParse(resolveJsonPointer(rules.ownerClaim, claims))
  if (!owner.success) return undefined
  const granted = rules.scopesClaim
    ? readScopes(resolveJsonPointer(rules.scopesClaim, claims))
    : rules.defaultScopes
  const rights = rightsOfScopes(granted.filter((scope) => scope !== 'admin'))
  return {
    kind: 'jwt',
    id: `jwt:${owner.data}`,
    scope: { owner: owner.data, includesPrivate: true },
    expiresAtMs,
    may: (right) => rights.has(right),
  }
}

/** From an array, or from a text with spaces as in OAuth; each `read` or `tintype:read`. Others are for other servers. */
function readScopes(claim: unknown): readonly Scope[] {
  const names: readonly unknown[] =
    typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : []
  return scopes.filter((scope) => names.includes(scope) || names.includes(`tintype:${scope}`))
}
