import type { InsertOutcome } from '@tintype/catalog'
import { TintypeError } from '@tintype/contract'

/** Why the catalog did not insert a photo whose bytes are fine: its sender has used up what it may use. */
type Refusal = Extract<InsertOutcome, { status: 'grant-used-up' | 'quota-exceeded' }>

/** The error for an upload that its sender's terms do not allow: TOKEN_USED_UP or QUOTA_EXCEEDED. */
export function refusedByTerms(refusal: Refusal): TintypeError {
  if (refusal.status === 'grant-used-up') {
    const detail = 'This upload token has made as many photos as it may. Get a new token'
    return new TintypeError('TOKEN_USED_UP', detail)
  }
  const { limit, used, unit } = refusal.excess
  const detail = `The quota of ${limit} ${unit} does not allow another photo of this size; ${used} ${unit} are used`
  return new TintypeError('QUOTA_EXCEEDED', detail, { facts: { limit, used, unit } })
}
