import type { ApiKeyPatch, ApiKeyRecord, KeyLimits, KeyReplacement } from '../../../access-catalog.ts'
import type { Session } from '../database.ts'

interface ApiKeyRow extends Omit<ApiKeyRecord, 'scopes' | 'limits'> {
  /** JSON. */
  readonly scopes: string
  /** JSON. */
  readonly limits: string
}

const columns = `id, hash, name, scopes, owner, limits, coalesce(counted_as, id) AS "countedAs", created_at AS "createdAt", created_by AS "createdBy",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt"`

const inserting = `
  INSERT INTO tintype.api_keys (id, hash, name, scopes, owner, limits, counted_as, created_at, created_by, expires_at,
    revoked_at, last_used_at)
  VALUES (:id, :hash, :name, :scopes, :owner, :limits, :countedAs, :createdAt, :createdBy, :expiresAt, :revokedAt,
    :lastUsedAt)
  ON CONFLICT (id) DO NOTHING RETURNING 1`

const changing = `
  UPDATE tintype.api_keys SET revoked_at = coalesce(:revokedAt, revoked_at),
    last_used_at = coalesce(:lastUsedAt, last_used_at)
  WHERE id = :id RETURNING ${columns}`

const lockingLive = `
  SELECT 1 FROM tintype.api_keys
  WHERE id = :id AND revoked_at IS NULL AND coalesce(expires_at COLLATE "C" > :at::text, TRUE)
  FOR UPDATE`

const ending = `
  UPDATE tintype.api_keys
  SET expires_at = least(coalesce(expires_at, :expiresAt::text) COLLATE "C", :expiresAt::text COLLATE "C")
  WHERE id = :id`

/** `undefined` if there is no such key. */
export async function findKey(session: Session, id: string): Promise<ApiKeyRecord | undefined> {
  const sql = `SELECT ${columns} FROM tintype.api_keys WHERE id = :id`
  return (await session.query<ApiKeyRow>(sql, { id })).map(toApiKey)[0]
}

/** All keys, newest first. */
export async function listKeys(session: Session): Promise<readonly ApiKeyRecord[]> {
  const sql = `SELECT ${columns} FROM tintype.api_keys ORDER BY created_at DESC, id`
  return (await session.query<ApiKeyRow>(sql)).map(toApiKey)
}

/** `false` if the id is taken. */
export async function insertKey(session: Session, key: ApiKeyRecord): Promise<boolean> {
  const parameters = { ...key, scopes: JSON.stringify(key.scopes), limits: JSON.stringify(key.limits) }
  return (await session.query(inserting, parameters)).length === 1
}

/** Whether a key had not ended at a time. It is locked then, so that nothing else changes it before the end of the transaction. */
export async function lockLiveKey(session: Session, id: string, at: string): Promise<boolean> {
  return (await session.query(lockingLive, { id, at })).length === 1
}

/** Ends a key, unless it ends earlier anyway. */
export async function endKey(session: Session, { id, expiresAt }: KeyReplacement): Promise<void> {
  await session.query(ending, { id, expiresAt })
}

/** The changed key; `undefined` if there is none. */
export async function changeKey(
  session: Session,
  id: string,
  patch: ApiKeyPatch,
): Promise<ApiKeyRecord | undefined> {
  return (await session.query<ApiKeyRow>(changing, { ...patch, id })).map(toApiKey)[0]
}

function toApiKey({ scopes, limits, ...key }: ApiKeyRow): ApiKeyRecord {
  return { ...key, scopes: JSON.parse(scopes) as string[], limits: JSON.parse(limits) as KeyLimits }
}
