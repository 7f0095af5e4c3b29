import type { AuditEntry } from '@tintype/contract'
import type { PhotoRecord } from './photo-catalog.ts'

/*
 * What is known of access: keys, upload grants, usage and the audit log. In the same database as the photos, because a
 * grant's use and an owner's usage change in the transaction that inserts or deletes a photo.
 */

/** An API key as the catalog keeps it. The secret itself is never stored. */
export interface ApiKeyRecord {
  /** 12 base62 characters. */
  readonly id: string
  /** SHA-256 of the whole key, 64 lower-case hex digits. */
  readonly hash: string
  /** For people: what the key is for. */
  readonly name: string
  /** Names of scopes, as the contract defines them. */
  readonly scopes: readonly string[]
  /** The owner that it acts for; `null` if it may act for any. */
  readonly owner: string | null
  readonly limits: KeyLimits
  /**
   * Id of the key whose usage its uploads count as: its own, or for a key that replaced another one, that of the first. So a
   * rotated key does not get its quota anew.
   */
  readonly countedAs: string
  /** ISO 8601, UTC, milliseconds; also the other times. */
  readonly createdAt: string
  /** The credential that created it, as audit records name it. */
  readonly createdBy: string
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  /** At most a minute old. */
  readonly lastUsedAt: string | null
}

/** What a key may use at most. An absent limit is the server's. */
export interface KeyLimits {
  readonly requestsPerMinute?: number | undefined
  readonly maxPhotos?: number | undefined
  readonly maxBytes?: number | undefined
  /** Of one upload. */
  readonly maxByteSize?: number | undefined
}

/** What changes in a key after it was made. */
export interface ApiKeyPatch {
  readonly revokedAt?: string | undefined
  readonly lastUsedAt?: string | undefined
}

/** A key that a new one replaces. */
export interface KeyReplacement {
  readonly id: string
  /** When it ends, ISO 8601. One that ends earlier anyway keeps its end. */
  readonly expiresAt: string
}

/** What became of a new key; it was recorded only if it is `inserted`. */
export type KeyInsertion = 'inserted' | 'id-taken' | 'replaced-has-ended'

/** One use of an upload token. */
export interface GrantUse {
  /** The token's id. */
  readonly id: string
  /** How many photos it may make, 1 to 100. */
  readonly uses: number
  /** ISO 8601. The count of its uses may be forgotten afterwards. */
  readonly expiresAt: string
}

/** What a subject may have at most; an absent limit is none. Only originals count. */
export interface QuotaLimits {
  readonly maxPhotos?: number | undefined
  readonly maxBytes?: number | undefined
}

/** The limits of one subject. */
export interface Quota extends QuotaLimits {
  /** @see ownerSubject, an owner; otherwise a credential, as `uploadedBy` names it. */
  readonly subject: string
}

/** Which quota an upload would have exceeded. */
export interface QuotaExcess {
  readonly subject: string
  readonly unit: 'photos' | 'bytes'
  readonly limit: number
  /** Before the upload that was refused. */
  readonly used: number
}

/** What a subject has, and the limits stored for it. */
export interface Usage extends QuotaLimits {
  readonly photos: number
  readonly bytes: number
}

/** One entry of the audit log, stored as it is sent. */
export type AuditRecord = AuditEntry

/** A page of the audit log to list. */
export interface AuditQuery {
  /** 1 to 100. */
  readonly limit: number
  /** From the page before. Without one the list starts at the newest entry. */
  readonly cursor?: string | undefined
  readonly actor?: string | undefined
  readonly target?: string | undefined
}

/** The subject under which an owner's photos are counted. */
export function ownerSubject(owner: string): string {
  return `owner:${owner}`
}

/** The subjects under which a photo is counted: its owner and the credential it was uploaded with. */
export function subjectsOf({ owner, uploadedBy }: Pick<PhotoRecord, 'owner' | 'uploadedBy'>): string[] {
  const subjects = [owner === null ? null : ownerSubject(owner), uploadedBy]
  return subjects.filter((subject) => subject !== null)
}

/** The half that changes nothing. Errors are those of `CatalogReader`. */
export interface AccessReader {
  /** `undefined` if there is no such key. */
  findKey(id: string): Promise<ApiKeyRecord | undefined>

  /** All keys, newest first, revoked and expired ones included. */
  listKeys(): Promise<readonly ApiKeyRecord[]>

  /** Zeros if nothing was ever counted for the subject. */
  findUsage(subject: string): Promise<Usage>

  /** Whether the upload token with this id was revoked. */
  isTokenRevoked(id: string): Promise<boolean>

  /** A page, newest first. @throws INVALID_REQUEST for a cursor that this catalog did not make */
  listAudit(
    query: AuditQuery,
  ): Promise<{ readonly entries: readonly AuditRecord[]; readonly nextCursor?: string | undefined }>
}

/** The half that changes it. Each write is atomic, with its audit record, and durable when it resolves. */
export interface AccessWriter {
  /**
   * Records a new key; `replacing` ends another one in the same step. It is refused if that one does not exist, was revoked,
   * or had ended when the new key was made: a key that was revoked in the meantime must get no successor (threat B222).
   */
  insertKey(
    key: ApiKeyRecord,
    options?: {
      readonly replacing?: KeyReplacement | undefined
      readonly audit?: AuditRecord | undefined
    },
  ): Promise<KeyInsertion>

  /** The changed key; `undefined` if there is none. */
  changeKey(
    id: string,
    patch: ApiKeyPatch,
    options?: { readonly audit?: AuditRecord | undefined },
  ): Promise<ApiKeyRecord | undefined>

  /** Refuses the upload token with this id from now on, whether or not it was used; forgotten after `expiresAt`. */
  revokeToken(
    token: { readonly id: string; readonly expiresAt: string },
    options?: { readonly audit?: AuditRecord | undefined },
  ): Promise<void>

  /** Stores the limits of a subject, replacing what was stored before. */
  setQuota(quota: Quota, options?: { readonly audit?: AuditRecord | undefined }): Promise<void>

  /** Records an entry that belongs to no other write. */
  recordAudit(entry: AuditRecord): Promise<void>

  /** Forgets audit entries older than `auditBefore`, and grants and revocations that expired before `expiredBefore`; ISO 8601. */
  forgetAccess(limits: { readonly auditBefore: string; readonly expiredBefore: string }): Promise<void>
}

/**
 * What is known of access.
 *
 * @see describeAccessCatalog, the suite that every driver must pass
 */
export interface AccessCatalog extends AccessReader, AccessWriter {}
