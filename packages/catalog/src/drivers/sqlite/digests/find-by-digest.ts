import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { DigestQuery } from '../../../digest-lookup.ts'
import type { PhotoRecord } from '../../../photo-catalog.ts'
import { photoColumns, preparePhotos, toStoredPhoto } from '../photo-rows.ts'

/** Finds photos by their bytes. Statements are prepared when they are first used. */
export function prepareDigestLookup(database: DatabaseSync) {
  const statements = new Map<string, StatementSync>()
  return ({ digests, owner, isPublic }: DigestQuery): PhotoRecord[] => {
    const sql = toDigestSql({ isOfOwner: owner !== undefined, isPublic })
    const statement = statements.get(sql) ?? preparePhotos(database, sql)
    statements.set(sql, statement)
    return [...new Set(digests)].flatMap((digest) => {
      const row = statement.get({ digest, ...(owner !== undefined && { owner }) })
      return row === undefined ? [] : toStoredPhoto(row).photo
    })
  }
}

/** Selects one photo with the bytes of `:digest`, by at most two seeks in an index. */
export function toDigestSql({
  isOfOwner,
  isPublic,
}: {
  readonly isOfOwner: boolean
  readonly isPublic: boolean
}) {
  return `SELECT ${photoColumns} FROM photos AS p
    WHERE substr(p.sha256, 1, 16) = substr(:digest, 1, 16) AND p.sha256 = :digest
      AND p.visibility ${isPublic ? "= 'public'" : "IN ('public', 'private')"}
      ${isOfOwner ? 'AND p.owner = :owner' : ''}
    LIMIT 1`
}
