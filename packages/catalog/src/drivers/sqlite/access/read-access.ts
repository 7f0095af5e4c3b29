import type { DatabaseSync } from 'node:sqlite'
import type { AccessReader } from '../../../access-catalog.ts'
import type { Reading } from '../read-catalog.ts'
import { prepareApiKeys } from './api-keys.ts'
import { prepareAudit } from './audit.ts'
import { prepareGrants } from './grants.ts'
import { prepareUsage } from './usage.ts'

/** The reading half of what is known of access. */
export function createAccessReader(database: DatabaseSync, read: Reading): AccessReader {
  const keys = prepareApiKeys(database)
  const audit = prepareAudit(database)
  const grants = prepareGrants(database)
  const usage = prepareUsage(database)
  return {
    findKey: (id) => read(() => keys.find(id)),
    listKeys: () => read(keys.list),
    findUsage: (subject) => read(() => usage.find(subject)),
    isTokenRevoked: (id) => read(() => grants.isRevoked(id)),
    listAudit: (query) => read(() => audit.list(query)),
  }
}
