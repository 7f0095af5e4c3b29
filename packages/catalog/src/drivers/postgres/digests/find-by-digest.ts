import type { DigestQuery } from '../../../digest-lookup.ts'
import type { PhotoRecord } from '../../../photo-catalog.ts'
import type { Session } from '../database.ts'
import { type PhotoRow, photoColumns, toPhotoRecord } from '../photo-rows.ts'

/** One photo for each digest, each by at most two seeks in an index. */
export async function findByDigest(
  session: Session,
  { digests, owner, isPublic }: DigestQuery,
): Promise<PhotoRecord[]> {
  const sql = `
    SELECT ${photoColumns} FROM unnest(:digests::bytea[]) WITH ORDINALITY AS d (digest, at), LATERAL (
      SELECT o.* FROM tintype.photos AS o
      WHERE substring(o.sha256 FROM 1 FOR 8) = substring(d.digest FROM 1 FOR 8) AND o.sha256 = d.digest
        AND o.visibility ${isPublic ? "= 'public'" : "IN ('public', 'private')"}
        ${owner === undefined ? '' : 'AND o.owner = :owner'}
      LIMIT 1
    ) AS p
    ORDER BY d.at`
  const parameters = { digests: [...new Set(digests)].map((digest) => Buffer.from(digest, 'hex')), owner }
  return (await session.query<PhotoRow>(sql, parameters)).map(toPhotoRecord)
}
