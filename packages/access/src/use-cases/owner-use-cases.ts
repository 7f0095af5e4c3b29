import { type AccessCatalog, ownerSubject, type QuotaLimits } from '@tintype/catalog'
import { type OwnerUsage, TintypeError } from '@tintype/contract'
import { auditAccess, type RecordSource, type Requester } from './audit-access.ts'

/** What the use-cases of owners work with. */
export interface OwnerDependencies extends RecordSource {
  readonly catalog: Pick<AccessCatalog, 'findUsage' | 'setQuota'>
  /** Of every owner without limits of its own. */
  readonly ownerLimits?: QuotaLimits | undefined
}

/** The limits of an owner; an absent or `null` one is the server's. */
export interface QuotaChoice {
  readonly owner: string
  readonly maxPhotos?: number | null | undefined
  readonly maxBytes?: number | null | undefined
}

/** Everything that is done with owners. */
export type OwnerUseCases = ReturnType<typeof createOwnerUseCases>

/** Creates the use-cases of owners. */
export function createOwnerUseCases({ catalog, ownerLimits, ...source }: OwnerDependencies) {
  async function read(owner: string): Promise<OwnerUsage> {
    const { photos, bytes, ...own } = await catalog.findUsage(ownerSubject(owner))
    const { maxPhotos = null, maxBytes = null } = { ...ownerLimits, ...own }
    return { owner, photos, bytes, maxPhotos, maxBytes }
  }

  return {
    /**
     * What an owner has: by default the caller's own one.
     *
     * @throws FORBIDDEN for another owner than the caller's; INVALID_REQUEST if neither names one
     */
    async usage(choice: { readonly owner?: string | undefined }, { caller }: Requester): Promise<OwnerUsage> {
      const { owner = caller.scope.owner } = choice
      if (owner === undefined)
        throw new TintypeError('INVALID_REQUEST', 'This caller acts for every owner. Expected an owner')
      if (caller.scope.owner !== undefined && caller.scope.owner !== owner)
        throw new TintypeError('FORBIDDEN', 'A caller that acts for one owner can read its usage only')
      return read(owner)
    },

    /**
     * Replaces the limits of an owner. Photos over a new limit stay.
     *
     * @throws FORBIDDEN if the caller acts for one owner only
     */
    async setQuota({ owner, maxPhotos, maxBytes }: QuotaChoice, requester: Requester): Promise<OwnerUsage> {
      if (requester.caller.scope.owner !== undefined)
        throw new TintypeError('FORBIDDEN', 'A caller that acts for one owner cannot change quotas')
      const details = { maxPhotos: maxPhotos ?? null, maxBytes: maxBytes ?? null }
      const change = { action: 'quota.set', target: owner, owner, details }
      await catalog.setQuota(
        {
          subject: ownerSubject(owner),
          maxPhotos: maxPhotos ?? undefined,
          maxBytes: maxBytes ?? undefined,
        },
        auditAccess(requester, change, source),
      )
      return read(owner)
    },
  }
}
