import { type Caller, type CallerLimits, rightsOfScopes, type Scope, TintypeError } from '@tintype/contract'

/** The rights and limits of a new key or token. */
export interface CredentialChoice {
  readonly scopes: readonly Scope[]
  /** Absent for one that acts for every owner. */
  readonly owner?: string | undefined
  /** Unix time, milliseconds; absent for one without an end. */
  readonly expiresAtMs?: number | undefined
  readonly limits?: CallerLimits | undefined
}

/**
 * Nothing makes a credential wider than itself (threat B222): rights among its own, its owner if it has one, its end and
 * its limits at most.
 *
 * @throws FORBIDDEN that says what is too wide; the fact `needs` names a right that is missing
 */
export function assertMintable(minter: Caller, wanted: CredentialChoice): void {
  const { owner } = minter.scope
  const missing = [...rightsOfScopes(wanted.scopes)].find((right) => !minter.may(right))
  if (missing !== undefined)
    throw new TintypeError('FORBIDDEN', `A caller without the right ${missing} cannot give it`, {
      facts: { needs: missing },
    })
  if (owner !== undefined && wanted.owner !== owner)
    throw new TintypeError('FORBIDDEN', 'A caller that acts for one owner can act for that owner only')
  if ((minter.expiresAtMs ?? Number.POSITIVE_INFINITY) < (wanted.expiresAtMs ?? Number.POSITIVE_INFINITY))
    throw new TintypeError('FORBIDDEN', 'A credential cannot end later than the one that makes it')
  const names = ['requestsPerMinute', 'maxPhotos', 'maxBytes', 'maxByteSize'] as const
  const wider = names.find((name) => limitOf(wanted, name) > limitOf(minter, name))
  if (wider !== undefined)
    throw new TintypeError('FORBIDDEN', `The limit ${wider} cannot be wider than that of the caller`)
}

const limitOf = ({ limits }: { readonly limits?: CallerLimits | undefined }, name: keyof CallerLimits) =>
  limits?.[name] ?? Number.POSITIVE_INFINITY

/** No key changes, rotates or revokes itself (threat B222). @throws FORBIDDEN */
export function assertOtherKey(caller: Caller, id: string): void {
  if (caller.id !== `key:${id}`) return
  throw new TintypeError(
    'FORBIDDEN',
    'A key cannot change itself. Use another key with the right keys:manage',
    {
      facts: { needs: 'keys:manage' },
    },
  )
}
