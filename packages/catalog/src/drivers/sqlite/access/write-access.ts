import type { DatabaseSync } from 'node:sqlite'
import type { AccessWriter } from '../../../access-catalog.ts'
import type { GroupCommit } from '../group-commit.ts'
import { prepareApiKeys } from './api-keys.ts'
import { prepareAudit } from './audit.ts'
import { prepareGrants } from './grants.ts'
import { prepareUsage } from './usage.ts'

/** The writing half of what is known of access. */
export function createAccessWriter(
  database: DatabaseSync,
  { commit }: { readonly commit: GroupCommit },
): AccessWriter {
  const keys = prepareApiKeys(database)
  const audit = prepareAudit(database)
  const grants = prepareGrants(database)
  const usage = prepareUsage(database)
  return {
    insertKey: (key, { replacing, audit: entry } = {}) =>
      commit.run(() => {
        if (keys.find(key.id) !== undefined) return 'id-taken'
        if (replacing !== undefined && !keys.end(replacing, key.createdAt)) return 'replaced-has-ended'
        keys.insert(key)
        audit.record(entry)
        return 'inserted'
      }),
    changeKey: (id, patch, options) =>
      commit.run(() => {
        const changed = keys.change(id, patch)
        if (changed !== undefined) audit.record(options?.audit)
        return changed
      }),
    revokeToken: (token, options) =>
      commit.run(() => {
        grants.revoke(token)
        audit.record(options?.audit)
      }),
    setQuota: (quota, options) =>
      commit.run(() => {
        usage.limit(quota)
        audit.record(options?.audit)
      }),
    recordAudit: (entry) => commit.run(() => audit.record(entry)),
    forgetAccess: ({ auditBefore, expiredBefore }) =>
      commit.run(() => {
        audit.forget(auditBefore)
        grants.forget(expiredBefore)
      }),
  }
}
