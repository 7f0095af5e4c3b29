import type { TagQuery } from '../../../tag-change.ts'
import type { Session } from '../database.ts'

/**
 * Tags, ascending. Each is found by one seek in an index, however many photos have it.
 *
 * @see https://wiki.postgresql.org/wiki/Loose_indexscan
 */
export async function listTags(
  session: Session,
  { prefix, limit, owner, isPublic }: TagQuery,
): Promise<string[]> {
  const ofOwner = owner === undefined ? 'TRUE' : 't.owner = :owner'
  // OFFSET 0 keeps the planner from a join that reads all photos.
  const publicOnly = `EXISTS (SELECT FROM tintype.photo_tags AS t,
    LATERAL (SELECT p.visibility FROM tintype.photos AS p WHERE p.seq = t.seq OFFSET 0) AS p
    WHERE ${ofOwner} AND t.tag = found.tag AND p.visibility = 'public')`
  const sql = `
    WITH RECURSIVE found (tag) AS (
      (SELECT t.tag FROM tintype.photo_tags AS t WHERE ${ofOwner} AND t.tag >= :prefix ORDER BY t.tag LIMIT 1)
      UNION ALL
      SELECT (SELECT t.tag FROM tintype.photo_tags AS t WHERE ${ofOwner} AND t.tag > found.tag ORDER BY t.tag LIMIT 1)
      FROM found WHERE starts_with(found.tag, :prefix)
    )
    SELECT tag FROM found WHERE starts_with(tag, :prefix) AND ${isPublic ? publicOnly : 'TRUE'} LIMIT :limit`
  const rows = await session.query<{ readonly tag: string }>(sql, { prefix, limit, owner })
  return rows.map(({ tag }) => tag)
}
