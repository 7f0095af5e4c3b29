import type { ApiKeyPatch, ApiKeyRecord, KeyLimits } from '../../../access-catalog.ts'
import type { Session } from '../database.ts'

interface ApiKeyRow extends Omit<ApiKeyRecord, 'scopes' | 'limits'> {
  /** JSON. */
  readonly scopes: string
  /** JSON. */
  readonly limits: string
}

const columns = `id, hash, name, scopes, owner, limits, created_at AS "createdAt", created_by AS "createdBy",
  expires_at AS "expiresAt", revoked_at AS "revokedAt", last_used_at AS "lastUsedAt"`

const inserting = `
  INSERT INTO tintype.api_keys (id, hash, name, scopes, owner, limits, created_at, created_by, expires_at, revoked_at,
    last_used_at)
  VALUES (:id, :hash, :name, :scopes, :owner, :limits, :createdAt, :createdBy, :expiresAt, :revokedAt, :lastUsedAt)
  ON CONFLICT (id) DO NOTHING RETURNING 1`

const changing = `
  UPDATE tintype.api_keys SET expires_at = coalesce(:expiresAt, expires_at),
    revoked_at = coalesce(:revokedAt, revoked_at), last_used_at = coalesce(:lastUsedAt, last_used_at)
  WHERE id = :id RETURNING ${columns}`

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
