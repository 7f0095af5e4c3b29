import type {
  ApiKey,
  AuditPage,
  CallerLimits,
  CreatedApiKey,
  OwnerUsage,
  Scope,
  UploadTerms,
  UploadToken,
} from '@tintype/contract'
import type { CallOptions } from './procedures.ts'

/** What a new API key is to have. */
export interface KeyCreateInput {
  /** What the key is for, 1 to 100 characters. */
  readonly name: string
  readonly scopes: readonly Scope[]
  /** The only owner that it acts for. @default the caller's own owner, if it has one; else every owner */
  readonly owner?: string | undefined
  /** ISO 8601. @default no end */
  readonly expiresAt?: string | undefined
  readonly limits?: CallerLimits | undefined
}

/** Which API key. */
export interface KeyIdInput {
  /** 12 letters and digits. */
  readonly id: string
}

/** Which API key is replaced. */
export interface KeyRotateInput extends KeyIdInput {
  /** How long the old key is valid beside the new one, 0 to 604 800. @default 86_400 */
  readonly overlapSeconds?: number | undefined
}

/** Calls about API keys. Each needs the scope `admin`. */
export interface KeyProcedures {
  /**
   * Makes a key. Only this answer has the key itself.
   *
   * @throws TintypeError `FORBIDDEN` if it would be wider than the caller
   */
  readonly create: { mutate(input: KeyCreateInput, options?: CallOptions): Promise<CreatedApiKey> }
  /** All keys that the caller sees, newest first, with revoked and expired ones. */
  readonly list: { query(input?: undefined, options?: CallOptions): Promise<readonly ApiKey[]> }
  /**
   * Makes a key like another one, which then ends after the overlap.
   *
   * @throws TintypeError `FORBIDDEN` for the caller's own key
   */
  readonly rotate: { mutate(input: KeyRotateInput, options?: CallOptions): Promise<CreatedApiKey> }
  /**
   * Ends a key for ever, within a second.
   *
   * @throws TintypeError `FORBIDDEN` for the caller's own key
   */
  readonly revoke: { mutate(input: KeyIdInput, options?: CallOptions): Promise<ApiKey> }
}

/** What a new upload token allows and fixes. */
export interface UploadTokenInput extends Omit<UploadTerms, 'owner' | 'uses'> {
  /** Owner of the photos. @default the caller's own owner, if it has one; else none */
  readonly owner?: string | undefined
  /** 10 to 86 400; no longer than the caller's credential. @default 900 */
  readonly expiresInSeconds?: number | undefined
  /** How many photos may be made, 1 to 100. @default 1 */
  readonly uses?: number | undefined
}

/** Which upload token. */
export interface TokenIdInput {
  /** 16 characters. */
  readonly id: string
}

/** Calls about upload tokens. */
export interface TokenProcedures {
  /**
   * Makes an upload token; for an array of 1 to 100 inputs, an array of them.
   *
   * @throws TintypeError `FORBIDDEN` if it would be wider than the caller
   */
  readonly createUpload: {
    mutate(
      input: UploadTokenInput | readonly UploadTokenInput[],
      options?: CallOptions,
    ): Promise<UploadToken | readonly UploadToken[]>
  }
  /** Ends an upload token within a second. */
  readonly revoke: { mutate(input: TokenIdInput, options?: CallOptions): Promise<{ readonly id: string }> }
}

/** Which owner. */
export interface OwnerUsageInput {
  /** @default the caller's own owner */
  readonly owner?: string | undefined
}

/** The limits of an owner. They replace those of before; `null` or an absent one is the server's own limit. */
export interface OwnerQuotaInput {
  readonly owner: string
  readonly maxPhotos?: number | null | undefined
  readonly maxBytes?: number | null | undefined
}

/** Calls about owners. */
export interface OwnerProcedures {
  /** What an owner has, and its limits. */
  readonly usage: { query(input?: OwnerUsageInput, options?: CallOptions): Promise<OwnerUsage> }
  /** Replaces the limits of an owner. Needs the scope `admin`. */
  readonly setQuota: { mutate(input: OwnerQuotaInput, options?: CallOptions): Promise<OwnerUsage> }
}

/** Which entries of the audit log a page has. */
export interface AuditListInput {
  /** 1 to 100. @default 20 */
  readonly limit?: number | undefined
  /** `nextCursor` of the previous page. @default the first page */
  readonly cursor?: string | null | undefined
  /** Only what this caller changed, such as `key:{id}`. */
  readonly actor?: string | undefined
  /** Only changes of this key, token, photo or owner. */
  readonly target?: string | undefined
  /** Sent by tRPC's infinite queries. */
  readonly direction?: 'forward' | undefined
}

/** Calls about the audit log. */
export interface AuditProcedures {
  /** A page of the audit log, newest first. Needs the scope `admin`. */
  readonly list: { query(input?: AuditListInput, options?: CallOptions): Promise<AuditPage> }
}

/** Procedures that only back ends call. A closed server has them. */
export interface ServerProcedures {
  readonly keys: KeyProcedures
  readonly tokens: TokenProcedures
  readonly owners: OwnerProcedures
  readonly audit: AuditProcedures
}
