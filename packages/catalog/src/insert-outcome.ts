import type { QuotaExcess } from './access-catalog.ts'
import type { PhotoRecord } from './photo-catalog.ts'

/** What `insert` did. */
export type InsertOutcome =
  | { readonly status: 'inserted' }
  /** The id is taken: a collision; nothing was changed. */
  | { readonly status: 'id-taken' }
  /** The idempotency key was used before, for this photo; nothing was changed. */
  | { readonly status: 'key-taken'; readonly photo: PhotoRecord }
  /** The grant has been used as often as it may be; nothing was changed. */
  | { readonly status: 'grant-used-up' }
  /** The photo would be more than a quota allows; nothing was changed. */
  | { readonly status: 'quota-exceeded'; readonly excess: QuotaExcess }
