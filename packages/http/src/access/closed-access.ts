import type { Authenticator, Signer } from '@tintype/access'
import type { QuotaLimits } from '@tintype/catalog'
import type { Visibility } from '@tintype/contract'

/** What a closed server knows that an open one does not. */
export interface ClosedAccess {
  /** Identifies callers by their credentials. */
  readonly authenticator: Authenticator
  /** Verifies signed media URLs. */
  readonly signer: Signer
  /** The longest life that a media URL can be signed for. */
  readonly signedUrlMaxLifeSeconds: number
  /** Whether shared caches may keep answers to signed URLs of private photos, or only the caller's own. */
  readonly signedCache: 'private' | 'shared'
  /** What a CDN that verifies URLs itself sends in `Tintype-Edge`; at least 32 bytes. */
  readonly edgeSecret?: string | undefined
  /** Of an upload that names none. */
  readonly defaultVisibility: Visibility
  /** What each owner may have, unless a quota of its own is stored. */
  readonly ownerQuota: QuotaLimits
}
