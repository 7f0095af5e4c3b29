import { randomBytes } from 'node:crypto'
import { createSigner } from '@tintype/access'
import { anonymousCaller } from '@tintype/contract'
import type { ClosedAccess } from '../access/closed-access.ts'

/** A closed server's knowledge for tests: no caller has a credential, and one secret signs. */
export function closedAccess(overrides: Partial<ClosedAccess> = {}): ClosedAccess {
  return {
    authenticator: { authenticate: () => anonymousCaller, isStillValid: async () => true },
    signer: createSigner([{ kid: 'k1', bytes: randomBytes(32) }]),
    signedUrlMaxLifeSeconds: 604_800,
    signedCache: 'private',
    defaultVisibility: 'public',
    ownerQuota: {},
    ...overrides,
  }
}
