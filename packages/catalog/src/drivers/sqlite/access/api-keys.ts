import type { DatabaseSync } from 'node:sqlite'
import type { ApiKeyPatch, ApiKeyRecord, KeyLimits, KeyReplacement } from '../../../access-catalog.ts'

const columns = `id, hash, name, scopes, owner, limits, coalesce(counted_as, id) AS countedAs, created_at AS createdAt, created_by AS createdBy,
  expires_at AS expiresAt, revoked_at AS revokedAt, last_used_at AS lastUsedAt`

/** API keys; synchronous. `insert`, `end` and `change` run inside a transaction. */
export function prepareApiKeys(database: DatabaseSync) {
  const finding = database.prepare(`SELECT ${columns} FROM api_keys WHERE id = ?`)
  const listing = database.prepare(`SELECT ${columns} FROM api_keys ORDER BY created_at DESC, id`)
  const inserting = database.prepare(
    `INSERT INTO api_keys (id, hash, name, scopes, owner, limits, counted_as, created_at, created_by, expires_at,
       revoked_at, last_used_at)
     VALUES (:id, :hash, :name, :scopes, :owner, :limits, :countedAs, :createdAt, :createdBy, :expiresAt, :revokedAt,
       :lastUsedAt)`,
  )
  const changing = database.prepare(
    `UPDATE api_keys SET revoked_at = coalesce(:revokedAt, revoked_at),
       last_used_at = coalesce(:lastUsedAt, last_used_at)
     WHERE id = :id`,
  )
  const ending = database.prepare(
    `UPDATE api_keys SET expires_at = min(coalesce(expires_at, :expiresAt), :expiresAt)
     WHERE id = :id AND revoked_at IS NULL AND coalesce(expires_at > :at, TRUE)`,
  )

  function find(id: string): ApiKeyRecord | undefined {
    const row = finding.get(id)
    return row && toApiKey(row)
  }

  return {
    find,
    list: () => listing.all().map(toApiKey),
    insert({ scopes, limits, ...key }: ApiKeyRecord): void {
      inserting.run({ ...key, scopes: JSON.stringify(scopes), limits: JSON.stringify(limits) })
    },
    /** `false` if there is no such key, or it had ended at a time. */
    end({ id, expiresAt }: KeyReplacement, at: string): boolean {
      return ending.run({ id, expiresAt, at }).changes === 1
    },
    change(id: string, patch: ApiKeyPatch): ApiKeyRecord | undefined {
      const { revokedAt = null, lastUsedAt = null } = patch
      changing.run({ id, revokedAt, lastUsedAt })
      return find(id)
    },
  }
}

function toApiKey(row: Record<string, unknown>): ApiKeyRecord {
  const { scopes, limits, ...key } = row
  const parsed = { scopes: JSON.parse(`${scopes}`) as string[], limits: JSON.parse(`${limits}`) as KeyLimits }
  return { ...(key as unknown as Omit<ApiKeyRecord, 'scopes' | 'limits'>), ...parsed }
}
