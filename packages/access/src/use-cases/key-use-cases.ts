import type { AccessCatalog, ApiKeyRecord, KeyReplacement } from '@tintype/catalog'
import {
  type ApiKey,
  scopes as allScopes,
  type CallerLimits,
  type CreatedApiKey,
  type Scope,
  TintypeError,
} from '@tintype/contract'
import { makeApiKey } from '../keys/api-key.ts'
import { endAfterOverlap } from '../keys/api-keys.ts'
import { assertMintable, assertOtherKey } from '../keys/assert-mintable.ts'
import { type AccessChange, auditAccess, type RecordSource, type Requester } from './audit-access.ts'

/** The properties of a new key. */
export interface KeyChoice {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** @default the caller's own owner, if it has one; else none */
  readonly owner?: string | undefined
  /** ISO 8601. */
  readonly expiresAt?: string | undefined
  readonly limits?: CallerLimits | undefined
}

/** What the use-cases of keys work with. */
export interface KeyDependencies extends RecordSource {
  readonly catalog: Pick<AccessCatalog, 'findKey' | 'listKeys' | 'insertKey' | 'changeKey'>
}

/** Random ids almost never collide. So many collisions in a row mean that something else is wrong. */
const maxCollisions = 3

/** Everything that is done with API keys. */
export type KeyUseCases = ReturnType<typeof createKeyUseCases>

/**
 * Creates the use-cases of API keys. A caller that acts for one owner sees and changes the keys of that owner only; those of
 * others are refused like keys that do not exist (threat B226).
 */
export function createKeyUseCases({ catalog, ...source }: KeyDependencies) {
  const { now } = source

  async function find(id: string, { caller }: Requester): Promise<ApiKeyRecord> {
    const key = await catalog.findKey(id)
    if (key === undefined || !isSeenBy(key, caller))
      throw new TintypeError('INVALID_REQUEST', 'No key has this id. Expected one of the list of keys')
    return key
  }

  async function insert(
    row: Pick<ApiKeyRecord, 'name' | 'scopes' | 'owner' | 'limits' | 'expiresAt'>,
    requester: Requester,
    options: {
      readonly describe: (id: string) => AccessChange
      readonly replacing?: KeyReplacement & Pick<ApiKeyRecord, 'countedAs'>
    },
  ): Promise<CreatedApiKey> {
    const { name, scopes, owner, limits, expiresAt } = row
    const { describe, replacing } = options
    for (let collisions = 0; collisions < maxCollisions; collisions++) {
      const { key, id, hash } = makeApiKey()
      const record: ApiKeyRecord = {
        ...{ id, hash, name, scopes, owner, limits, expiresAt, countedAs: replacing?.countedAs ?? id },
        createdAt: new Date(now()).toISOString(),
        createdBy: requester.caller.id,
        revokedAt: null,
        lastUsedAt: null,
      }
      const audit = auditAccess(requester, describe(id), source)
      const insertion = await catalog.insertKey(record, { replacing, ...audit })
      if (insertion === 'inserted') return { ...presentKey(record), key }
      if (insertion === 'replaced-has-ended') throw keyEnded()
    }
    throw new TintypeError('INTERNAL', 'No unused id was found for the key')
  }

  return {
    /**
     * Makes a key. The answer is the only one that has the key itself.
     *
     * @throws FORBIDDEN if it would be wider than the caller; INVALID_REQUEST if its end has passed
     */
    async create(choice: KeyChoice, requester: Requester): Promise<CreatedApiKey> {
      const { name, scopes, expiresAt = null, limits = {} } = choice
      const { caller } = requester
      const owner = choice.owner ?? caller.scope.owner
      const expiresAtMs = expiresAt === null ? undefined : Date.parse(expiresAt)
      if (expiresAtMs !== undefined && !(expiresAtMs > now()))
        throw new TintypeError('INVALID_REQUEST', 'expiresAt has passed. Expected a time in the future')
      assertMintable(caller, { scopes, owner, expiresAtMs, limits })
      const describe = (target: string) => ({
        action: 'key.create',
        target,
        owner: owner ?? null,
        details: { name, scopes, expiresAt },
      })
      return insert({ name, scopes, owner: owner ?? null, limits, expiresAt }, requester, { describe })
    },

    /** The keys that the caller sees, newest first, with revoked and expired ones. */
    async list({ caller }: Requester): Promise<readonly ApiKey[]> {
      return (await catalog.listKeys()).filter((key) => isSeenBy(key, caller)).map(presentKey)
    },

    /**
     * Replaces a key by a new one with the same name, scopes, owner, limits and end. Both are valid during the overlap.
     *
     * @throws FORBIDDEN for the caller's own key, and for one that is wider than the caller
     * @throws INVALID_REQUEST if there is no such key, or if it has ended
     */
    async rotate(
      { id, overlapSeconds }: { readonly id: string; readonly overlapSeconds: number },
      requester: Requester,
    ): Promise<CreatedApiKey> {
      assertOtherKey(requester.caller, id)
      const old = await find(id, requester)
      const nowMs = now()
      const expiresAtMs = old.expiresAt === null ? undefined : Date.parse(old.expiresAt)
      if (old.revokedAt !== null || (expiresAtMs !== undefined && !(expiresAtMs > nowMs))) throw keyEnded()
      const scopes = scopesOf(old)
      assertMintable(requester.caller, {
        scopes,
        owner: old.owner ?? undefined,
        expiresAtMs,
        limits: old.limits,
      })
      const endsAt = endAfterOverlap(old, { overlapSeconds, nowMs })
      const describe = (successor: string) => ({
        action: 'key.rotate',
        target: id,
        owner: old.owner,
        details: { successor, endsAt },
      })
      const replacing = { id, expiresAt: endsAt, countedAs: old.countedAs }
      return insert({ ...old, scopes }, requester, { describe, replacing })
    },

    /**
     * Ends a key for ever, within a second. A key that was revoked before stays as it is.
     *
     * @throws FORBIDDEN for the caller's own key; INVALID_REQUEST if there is no such key
     */
    async revoke(id: string, requester: Requester): Promise<ApiKey> {
      assertOtherKey(requester.caller, id)
      const key = await find(id, requester)
      if (key.revokedAt !== null) return presentKey(key)
      const change = { action: 'key.revoke', target: id, owner: key.owner, details: { name: key.name } }
      const revokedAt = new Date(now()).toISOString()
      const changed = await catalog.changeKey(id, { revokedAt }, auditAccess(requester, change, source))
      return presentKey(changed ?? { ...key, revokedAt })
    },
  }
}

const keyEnded = () => new TintypeError('INVALID_REQUEST', 'The key has ended. Create a new one')

function isSeenBy(key: ApiKeyRecord, { scope: { owner } }: Requester['caller']): boolean {
  return owner === undefined || key.owner === owner
}

/** A scope that is not known here gives no right, and a new key does not get it. */
function scopesOf({ scopes }: ApiKeyRecord): Scope[] {
  return allScopes.filter((scope) => scopes.includes(scope))
}

/** A key as callers see it: each member is named, so that the hash never leaves the server. */
function presentKey(key: ApiKeyRecord): ApiKey {
  const { id, name, owner, createdAt, createdBy, expiresAt, revokedAt, lastUsedAt } = key
  const { requestsPerMinute, maxPhotos, maxBytes, maxByteSize } = key.limits
  const limits = {
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(maxPhotos !== undefined && { maxPhotos }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(maxByteSize !== undefined && { maxByteSize }),
  }
  const times = { createdAt, createdBy, expiresAt, revokedAt, lastUsedAt }
  return { id, name, scopes: scopesOf(key), owner, limits, ...times }
}
