import type { Scope } from './rights.ts'

/** What a key limits besides rights, as `CallerLimits`. A limit that it does not have is absent. */
export interface ApiKeyLimits {
  readonly requestsPerMinute?: number
  readonly maxPhotos?: number
  readonly maxBytes?: number
  readonly maxByteSize?: number
}

/** An API key without its secret. Times are ISO 8601, UTC. */
export interface ApiKey {
  /** 12 letters and digits; the second part of the key itself. */
  readonly id: string
  /** What the key is for. */
  readonly name: string
  readonly scopes: readonly Scope[]
  /** The owner that it acts for; `null` if it acts for every owner. */
  readonly owner: string | null
  readonly limits: ApiKeyLimits
  readonly createdAt: string
  /** Id of the caller that made it, such as `env` or `key:{id}`. */
  readonly createdBy: string
  /** `null` if it has no end. */
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  /** At most a minute old; `null` if it was never used. */
  readonly lastUsedAt: string | null
}

/** A new API key. */
export interface CreatedApiKey extends ApiKey {
  /** The key itself. Only its hash is kept, so it is not shown again. */
  readonly key: string
}
