import type { AccessCatalog, AuditQuery } from '@tintype/catalog'
import { type AuditPage, TintypeError } from '@tintype/contract'
import type { Requester } from './audit-access.ts'

/** Everything that is done with the audit log. */
export type AuditUseCases = ReturnType<typeof createAuditUseCases>

/** Creates the use-cases of the audit log. */
export function createAuditUseCases({ catalog }: { readonly catalog: Pick<AccessCatalog, 'listAudit'> }) {
  return {
    /**
     * A page of the audit log, newest first.
     *
     * @throws FORBIDDEN if the caller acts for one owner only; INVALID_REQUEST for a foreign cursor
     */
    async list(query: AuditQuery, { caller }: Requester): Promise<AuditPage> {
      if (caller.scope.owner !== undefined)
        throw new TintypeError('FORBIDDEN', 'The audit log is about all owners. Use a key without an owner')
      const { entries, nextCursor = null } = await catalog.listAudit(query)
      return { entries, nextCursor }
    },
  }
}
