import type { DatabaseSync } from 'node:sqlite'
import type { GrantUse } from '../../../access-catalog.ts'

/** Uses of upload tokens; synchronous. Everything but `isRevoked` runs inside a transaction. */
export function prepareGrants(database: DatabaseSync) {
  const finding = database.prepare('SELECT used, revoked FROM upload_grants WHERE id = ?')
  const using = database.prepare(
    `INSERT INTO upload_grants (id, used, expires_at) VALUES (:id, 1, :expiresAt)
     ON CONFLICT (id) DO UPDATE SET used = used + 1`,
  )
  const revoking = database.prepare(
    `INSERT INTO upload_grants (id, used, revoked, expires_at) VALUES (:id, 0, 1, :expiresAt)
     ON CONFLICT (id) DO UPDATE SET revoked = 1`,
  )
  const forgetting = database.prepare('DELETE FROM upload_grants WHERE expires_at < ?')
  return {
    /** Whether one more photo may be made with the grant. A revoked one makes none. */
    isUsable({ id, uses }: GrantUse): boolean {
      const row = finding.get(id)
      return row === undefined || (row.revoked === 0 && Number(row.used) < uses)
    },
    use({ id, expiresAt }: GrantUse): void {
      using.run({ id, expiresAt })
    },
    isRevoked: (id: string) => finding.get(id)?.revoked === 1,
    revoke({ id, expiresAt }: { readonly id: string; readonly expiresAt: string }): void {
      revoking.run({ id, expiresAt })
    },
    forget(expiredBefore: string): void {
      forgetting.run(expiredBefore)
    },
  }
}
