import type { AccessCatalog } from '../../../access-catalog.ts'
import type { Database } from '../database.ts'
import { changeKey, endKey, findKey, insertKey, listKeys, lockLiveKey } from './api-keys.ts'
import { listAudit, recordAudit } from './audit.ts'
import { readUsage } from './usage.ts'

const revoking = `
  INSERT INTO tintype.upload_grants (id, used, revoked, expires_at) VALUES (:id, 0, TRUE, :expiresAt)
  ON CONFLICT (id) DO UPDATE SET revoked = TRUE`

const limiting = `
  INSERT INTO tintype.usage (subject, max_photos, max_bytes) VALUES (:subject, :maxPhotos, :maxBytes)
  ON CONFLICT (subject) DO UPDATE SET max_photos = excluded.max_photos, max_bytes = excluded.max_bytes`

/** What is known of access, in the database of the photos. */
export function createPostgresAccess(database: Database): AccessCatalog {
  return {
    findKey: (id) => database.repeat((session) => findKey(session, id)),
    listKeys: () => database.repeat(listKeys),
    findUsage: (subject) =>
      database.repeat(
        async (session) => (await readUsage(session, [subject])).get(subject) ?? { photos: 0, bytes: 0 },
      ),
    isTokenRevoked: (id) =>
      database.repeat(async (session) => {
        const sql = 'SELECT 1 FROM tintype.upload_grants WHERE id = :id AND revoked'
        return (await session.query(sql, { id })).length === 1
      }),
    listAudit: (query) => database.repeat((session) => listAudit(session, query)),
    insertKey(key, options = {}) {
      const own = structuredClone({ key, ...options })
      return database.write(async (session) => {
        const { key, replacing, audit } = own
        if (replacing !== undefined && !(await lockLiveKey(session, replacing.id, key.createdAt)))
          return 'replaced-has-ended'
        if (!(await insertKey(session, key))) return 'id-taken'
        if (replacing !== undefined) await endKey(session, replacing)
        await recordAudit(session, audit)
        return 'inserted'
      })
    },
    changeKey: (id, patch, options) =>
      database.write(async (session) => {
        const changed = await changeKey(session, id, patch)
        if (changed !== undefined) await recordAudit(session, options?.audit)
        return changed
      }),
    revokeToken: ({ id, expiresAt }, options) =>
      database.write(async (session) => {
        await session.query(revoking, { id, expiresAt })
        await recordAudit(session, options?.audit)
      }),
    setQuota: ({ subject, maxPhotos, maxBytes }, options) =>
      database.write(async (session) => {
        await session.query(limiting, { subject, maxPhotos, maxBytes })
        await recordAudit(session, options?.audit)
      }),
    recordAudit: (entry) => database.write((session) => recordAudit(session, entry)),
    forgetAccess: ({ auditBefore, expiredBefore }) =>
      database.write(async (session) => {
        await session.query('DELETE FROM tintype.audit WHERE at < :auditBefore', { auditBefore })
        const sql = 'DELETE FROM tintype.upload_grants WHERE expires_at < :expiredBefore'
        await session.query(sql, { expiredBefore })
      }),
  }
}
