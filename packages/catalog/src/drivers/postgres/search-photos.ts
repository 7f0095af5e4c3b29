import { foldedField } from '../../search-text.ts'
import type { Session } from './database.ts'
import { chooseSource, filterParameters, type ListFilters } from './list-source.ts'

/** A search of at least three characters. */
export interface Search extends ListFilters {
  /** Folded. */
  readonly needle: string
  /** Insertion numbers below this one, or above it if the search goes backward. */
  readonly bound: number
  /** From old to new. */
  readonly isBackward: boolean
  /** Insertion numbers wanted. */
  readonly limit: number
}

/** Newest photos that are read before the index is asked. Most searches find a page among them. */
const walkLength = 2000

/** Photos that the index may return for one window. If there are more, the text is so common that reading the window is faster. */
const mostCandidates = 20_000

/** Photos of one window have the same number here; the schema's `search_keys` says so too. */
const windowBits = 22
const windowLength = 2 ** windowBits

/**
 * The insertion numbers of the photos next to the bound whose search text contains the needle, at most `limit`: newest first, or
 * oldest first if the search goes backward.
 *
 * The first photos are read one by one, then the index is asked, window after window. So no decision is left to a planner,
 * which knows nothing of how common a text is. See docs/adr/0026-search-by-our-own-trigrams.md.
 */
export async function searchPhotos(session: Session, search: Search): Promise<readonly number[]> {
  const walk = await walkNearest(session, search)
  const found = walk.seqs.map(Number)
  if (found.length >= search.limit || walk.walked < walkLength || walk.furthest === null) return found
  let bound = walk.furthest
  const step = search.isBackward ? 1 : -1
  const lastWindow = Math.floor((walk.last ?? 0) / windowLength)
  for (let at = Math.floor((bound + step) / windowLength); (lastWindow - at) * step >= 0; at += step) {
    const rest = { ...search, bound, limit: search.limit - found.length }
    const windowStart = at * windowLength
    const { candidates, seqs } = await askIndex(session, rest, windowStart)
    const isCommon = candidates > mostCandidates
    found.push(...(isCommon ? await walkWindow(session, rest, windowStart) : seqs.map(Number)))
    if (found.length >= search.limit) break
    bound = search.isBackward ? windowStart + windowLength - 1 : windowStart
  }
  return found
}

/** How the insertion number `seq` is compared and sorted in the direction of a search. */
function directionOf({ isBackward }: Pick<Search, 'isBackward'>) {
  return isBackward
    ? { comparison: '>', order: 'ASC', furthest: 'max' }
    : { comparison: '<', order: 'DESC', furthest: 'min' }
}

interface Walk {
  /** Photos that were read. */
  readonly walked: number
  /** The last insertion number that was read, in the direction of the search. */
  readonly furthest: number | null
  /** The last insertion number of all photos, in the direction of the search. */
  readonly last: number | null
  readonly seqs: readonly string[]
}

async function walkNearest(session: Session, search: Search): Promise<Walk> {
  const source = chooseSource(search)
  const { comparison, order, furthest } = directionOf(search)
  const sql = `
    WITH walked AS MATERIALIZED (
      SELECT x.seq, ${source.column('search_text')} AS search_text FROM ${source.table} AS x
      WHERE ${source.condition} AND x.seq ${comparison} :bound ORDER BY x.seq ${order} LIMIT ${walkLength}
    )
    SELECT (SELECT count(*) FROM walked) AS walked, (SELECT ${furthest}(seq) FROM walked) AS furthest,
      (SELECT ${furthest}(seq) FROM tintype.photos) AS last,
      ARRAY(SELECT seq FROM walked WHERE strpos(search_text, :needle) > 0 ORDER BY seq ${order} LIMIT :limit) AS seqs`
  const { needle, bound, limit } = search
  const parameters = { ...filterParameters(search), needle, bound, limit }
  const [walk] = await session.query<Walk>(sql, parameters)
  return walk ?? { walked: 0, furthest: null, last: null, seqs: [] }
}

async function askIndex(session: Session, search: Search, windowStart: number) {
  const { needle, bound, isBackward, limit, owner, tag, visibility } = search
  const { comparison, order } = directionOf(search)
  // What the index cannot decide exactly: it knows of trigrams, not of their order.
  const conditions = [
    'strpos(p.search_text, :needle) > 0',
    `p.seq ${comparison} :bound`,
    ...(owner === undefined ? [] : ['p.owner = :owner']),
    ...(visibility === undefined ? [] : ['p.visibility = :visibility']),
    ...(tag === undefined
      ? []
      : ['EXISTS (SELECT FROM tintype.photo_tags AS t WHERE t.tag = :tag AND t.seq = p.seq)']),
  ]
  // OFFSET 0 keeps the planner from a join that reads all photos.
  const sql = `
    WITH candidates AS MATERIALIZED (
      SELECT seq FROM tintype.search_candidates(
        (SELECT array_agg(DISTINCT key) FROM unnest(:texts::text[]) AS text,
          unnest(tintype.search_keys(:windowStart::bigint, NULL, text)) AS key),
        :before, ${mostCandidates + 1}) AS seq
    )
    SELECT (SELECT count(*) FROM candidates) AS candidates,
      ARRAY(SELECT p.seq FROM candidates AS c, LATERAL (SELECT * FROM tintype.photos AS p WHERE p.seq = c.seq OFFSET 0) AS p
        WHERE ${conditions.join(' AND ')}
        ORDER BY p.seq ${order} LIMIT :limit) AS seqs`
  const texts = [
    needle,
    ...(owner === undefined ? [] : [`\u001e${owner}\u001f`]),
    ...(tag === undefined ? [] : [foldedField(tag)]),
  ]
  const before = isBackward ? Number.MAX_SAFE_INTEGER : bound
  const parameters = { texts, windowStart, needle, bound, before, limit, owner, tag, visibility }
  const [answer] = await session.query<{ candidates: number; seqs: readonly string[] }>(sql, parameters)
  return answer ?? { candidates: 0, seqs: [] }
}

async function walkWindow(session: Session, search: Search, windowStart: number): Promise<number[]> {
  const source = chooseSource(search)
  const { comparison, order } = directionOf(search)
  const sql = `
    SELECT x.seq FROM ${source.table} AS x
    WHERE ${source.condition} AND x.seq ${comparison} :bound
      AND x.seq >= :windowStart AND x.seq < :windowStart + ${windowLength} AND strpos(${source.column('search_text')}, :needle) > 0
    ORDER BY x.seq ${order} LIMIT :limit`
  const { needle, bound, limit } = search
  const parameters = { ...filterParameters(search), needle, bound, limit, windowStart }
  return (await session.query<{ seq: number }>(sql, parameters)).map(({ seq }) => seq)
}
