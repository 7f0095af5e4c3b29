import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { TagQuery } from '../../../tag-change.ts'
import type { Slices } from '../long-reads/slices.ts'

/** The statements that find tags: those of all photos, or of one owner's. */
export function tagSql(isOwned: boolean) {
  const tags = `photo_tags AS t${isOwned ? ' INDEXED BY photo_tags_by_owner' : ''}`
  const condition = isOwned ? 't.owner = :owner' : 'TRUE'
  const next = (comparison: '>=' | '>') =>
    `SELECT t.tag FROM ${tags} WHERE ${condition} AND t.tag ${comparison} :tag ORDER BY t.tag LIMIT 1`
  const isPublic = `SELECT t.seq FROM ${tags} CROSS JOIN photos AS p ON p.seq = t.seq
    WHERE ${condition} AND t.tag = :tag AND t.seq > :seq AND
      CASE in_time(t.seq, '') WHEN 1 THEN p.visibility = 'public' ELSE 1 END
    ORDER BY t.seq LIMIT 1`
  return { first: next('>='), following: next('>'), isPublic }
}

/**
 * Prepares the list of tags. Each tag is found by one seek in an index, however many photos have it. Whether a photo with it is
 * public is found by reading its photos, in pieces.
 *
 * @see https://wiki.postgresql.org/wiki/Loose_indexscan
 */
export function prepareTagList(database: DatabaseSync, slices: Slices) {
  const prepare = (isOwned: boolean) => {
    const { first, following, isPublic } = tagSql(isOwned)
    return {
      first: database.prepare(first),
      following: database.prepare(following),
      isPublic: database.prepare(isPublic),
    }
  }
  const ofAll = prepare(false)
  const ofOwner = prepare(true)

  function* hasPublic(
    statement: StatementSync,
    bound: Readonly<Record<string, string>>,
  ): Generator<void, boolean> {
    for (let seq = 0; ; ) {
      const slice = slices.begin()
      const found = statement.get({ ...bound, seq })
      const stopped = slice.stoppedAfter()
      if (stopped === undefined) return found !== undefined
      seq = stopped.seq
      yield
    }
  }

  return function* ({ prefix, limit, owner, isPublic }: TagQuery): Generator<void, string[]> {
    const statements = owner === undefined ? ofAll : ofOwner
    const bind = (tag: string) => (owner === undefined ? { tag } : { tag, owner })
    const tags: string[] = []
    let row = statements.first.get(bind(prefix))
    while (row !== undefined && tags.length < limit) {
      const tag = String(row.tag)
      if (!tag.startsWith(prefix)) break
      if (!isPublic || (yield* hasPublic(statements.isPublic, bind(tag)))) tags.push(tag)
      row = statements.following.get(bind(tag))
    }
    return tags
  }
}
