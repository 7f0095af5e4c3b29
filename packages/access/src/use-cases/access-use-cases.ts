import type { AccessCatalog } from '@tintype/catalog'
import { createAuditUseCases } from './audit-use-cases.ts'
import { createKeyUseCases } from './key-use-cases.ts'
import { createOwnerUseCases, type OwnerDependencies } from './owner-use-cases.ts'
import { createUploadTokenUseCases, type UploadTokenDependencies } from './upload-token-use-cases.ts'
import { createUrlUseCases, type UrlDependencies } from './url-use-cases.ts'

/** What the use-cases of access work with. */
export interface AccessDependencies extends UploadTokenDependencies, UrlDependencies, OwnerDependencies {
  readonly catalog: AccessCatalog
}

/** Everything that a closed server does with credentials, owners and the audit log. Procedures and commands call only this. */
export type AccessUseCases = ReturnType<typeof createAccessUseCases>

/**
 * Creates the use-cases of access. They check what a caller may make and see; whether it has the right to call them is
 * checked before.
 */
export function createAccessUseCases(deps: AccessDependencies) {
  return {
    keys: createKeyUseCases(deps),
    tokens: createUploadTokenUseCases(deps),
    urls: createUrlUseCases(deps),
    owners: createOwnerUseCases(deps),
    audit: createAuditUseCases(deps),
  }
}
