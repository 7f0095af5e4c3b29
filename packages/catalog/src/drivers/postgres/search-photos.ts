import { foldedField } from '../../search-text.ts'
import type { Session } from './database.ts'
import { chooseSource, filterParameters, type ListFilters } from './list-source.ts'

/** A search of at least three characters. */
export interface Search extends ListFilters {
  /** Folded. */
  readonly needle: string
  /** Insertion numbers below this one. */
  readonly before: number
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
 * The insertion numbers of the newest photos whose search text contains the needle, newest first, at most `limit`.
 *
 * The first photos are read one by one, then the index is asked, window after window. So no decision is left to a planner,
 * which knows nothing of how common a text is. See docs/adr/0026-search-by-our-own-trigrams.md.
 */
export async function searchPhotos(session: Session, search: Search): Promise<readonly number[]> {
  const walk = await walkNewest(session, search)
  const found = walk.seqs.map(Number)
  if (found.length >= search.limit || walk.walked < walkLength || walk.lowest === null) return found
  let before = walk.lowest
  const oldestWindow = Math.floor((walk.oldest ?? 0) / windowLength)
  for (let at = Math.floor((before - 1) / windowLength); at >= oldestWindow; at--) {
    const rest = { ...search, before, limit: search.limit - found.length }
    const windowStart = at * windowLength
    const { candidates, seqs } = await askIndex(session, rest, windowStart)
    const isCommon = candidates > mostCandidates
    found.push(...(isCommon ? await walkWindow(session, rest, windowStart) : seqs.map(Number)))
    if (found.length >= search.limit) break
    before = windowStart
  }
  return found
}

interface Walk {
  /** Photos that were read. */
  readonly walked: number
  /** The lowest insertion number that was read. */
  readonly lowest: number | null
  /** The lowest insertion number of all photos. */
  readonly oldest: number | null
  readonly seqs: readonly string[]
}

async function walkNewest(session: Session, search: Search): Promise<Walk> {
  const source = chooseSource(search)
  const sql = `
    WITH walked AS MATERIALIZED (
      SELECT x.seq, ${source.column('search_text')} AS search_text FROM ${source.table} AS x
      WHERE ${source.condition} AND x.seq < :before ORDER BY x.seq DESC LIMIT ${walkLength}
    )
    SELECT (SELECT count(*) FROM walked) AS walked, (SELECT min(seq) FROM walked) AS lowest,
      (SELECT min(seq) FROM tintype.photos) AS oldest,
      ARRAY(SELECT seq FROM walked WHERE strpos(search_text, :needle) > 0 ORDER BY seq DESC LIMIT :limit) AS seqs`
  const { needle, before, limit } = search
  const parameters = { ...filterParameters(search), needle, before, limit }
  const [walk] = await session.query<Walk>(sql, parameters)
  return walk ?? { walked: 0, lowest: null, oldest: null, seqs: [] }
}

async function askIndex(session: Session, search: Search, windowStart: number) {
  const { needle, before, limit, owner, tag, visibility } = search
  // What the index cannot decide exactly: it knows of trigrams, not of their order.
  const conditions = [
    'strpos(p.search_text, :needle) > 0',
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
        ORDER BY p.seq DESC LIMIT :limit) AS seqs`
  const texts = [
    needle,
    ...(owner === undefined ? [] : [`\u001e${owner}\u001f`]),
    ...(tag === undefined ? [] : [foldedField(tag)]),
  ]
  const parameters = { texts, windowStart, needle, before, limit, owner, tag, visibility }
  const [answer] = await session.query<{ candidates: number; seqs: readonly string[] }>(sql, parameters)
  return answer ?? { candidates: 0, seqs: [] }
}

async function walkWindow(session: Session, search: Search, windowStart: number): Promise<number[]> {
  const source = chooseSource(search)
  const sql = `
    SELECT x.seq FROM ${source.table} AS x
    WHERE ${source.condition} AND x.seq < :before AND x.seq >= :windowStart AND strpos(${source.column('search_text')}, :needle) > 0
    ORDER BY x.seq DESC LIMIT :limit`
  const { needle, before, limit } = search
  const parameters = { ...filterParameters(search), needle, before, limit, windowStart }
  return (await session.query<{ seq: number }>(sql, parameters)).map(({ seq }) => seq)
}
