import type { DatabaseSync } from 'node:sqlite'
import type { TagQuery } from '../../../tag-change.ts'

/** The statements that find tags: those of all photos, or of one owner's. */
export function tagSql(isOwned: boolean) {
  const tags = `photo_tags AS t${isOwned ? ' INDEXED BY photo_tags_by_owner' : ''}`
  const condition = isOwned ? 't.owner = :owner' : 'TRUE'
  const next = (comparison: '>=' | '>') =>
    `SELECT t.tag FROM ${tags} WHERE ${condition} AND t.tag ${comparison} :tag ORDER BY t.tag LIMIT 1`
  const isPublic = `SELECT 1 FROM ${tags} CROSS JOIN photos AS p ON p.seq = t.seq
    WHERE ${condition} AND t.tag = :tag AND p.visibility = 'public' LIMIT 1`
  return { first: next('>='), following: next('>'), isPublic }
}

/**
 * Prepares the list of tags. Each tag is found by one seek in an index, however many photos have it.
 *
 * @see https://wiki.postgresql.org/wiki/Loose_indexscan
 */
export function prepareTagList(database: DatabaseSync) {
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

  return ({ prefix, limit, owner, isPublic }: TagQuery): string[] => {
    const statements = owner === undefined ? ofAll : ofOwner
    const bind = (tag: string) => (owner === undefined ? { tag } : { tag, owner })
    const tags: string[] = []
    let row = statements.first.get(bind(prefix))
    while (row !== undefined && tags.length < limit) {
      const tag = String(row.tag)
      if (!tag.startsWith(prefix)) break
      if (!isPublic || statements.isPublic.get(bind(tag)) !== undefined) tags.push(tag)
      row = statements.following.get(bind(tag))
    }
    return tags
  }
}
