import type { ListQuery } from '../../photo-catalog.ts'
import type { Parameters } from './bind-parameters.ts'

/**
 * A table whose index returns the photos of a query newest first, so that a page ends after its last row and nothing is
 * sorted. Both texts are SQL about its row `x`, whose `seq` is the photo's.
 */
export interface ListSource {
  readonly table: string
  readonly condition: string
  /** SQL of the time that `takenKeyOf` computes. */
  readonly takenKey: string
  /** SQL of a photo's column. */
  column(name: string): string
}

/** What a list is limited to, besides a search. */
export type ListFilters = Pick<ListQuery, 'owner' | 'tag' | 'visibility'>

/** Chooses the table and index for a query. The condition takes the parameters of `filterParameters`. */
export function chooseSource({ owner, tag, visibility }: ListFilters): ListSource {
  const conditions = [
    ...(owner === undefined ? [] : ['x.owner = :owner']),
    ...(tag === undefined ? [] : ['x.tag = :tag']),
  ]
  const isTagged = tag !== undefined
  // A subquery, because the planner may turn a join around, and then reads every photo.
  const column = (name: string) =>
    isTagged ? `(SELECT p.${name} FROM tintype.photos AS p WHERE p.seq = x.seq)` : `x.${name}`
  // A literal, because an index has only private photos.
  const literal = visibility === 'private' ? "'private'" : "'public'"
  if (visibility !== undefined) conditions.push(`${column('visibility')} = ${literal}`)
  return {
    table: isTagged ? 'tintype.photo_tags' : 'tintype.photos',
    condition: conditions.length === 0 ? 'TRUE' : conditions.join(' AND '),
    takenKey: isTagged ? 'x.taken_key' : 'tintype.taken_key(x.taken_at, x.created_at)',
    column,
  }
}

/** Parameters of a source's condition. */
export function filterParameters({ owner, tag }: ListFilters): Parameters {
  return { owner, tag }
}
