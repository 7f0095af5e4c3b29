import type { DatabaseSync } from 'node:sqlite'
import { formatCursor, parseCursor } from '../../page-cursor.ts'
import type { IdempotencyKey, ListQuery, PhotoCatalog } from '../../photo-catalog.ts'
import { foldedField, foldForSearch, isShortSearch } from '../../search-text.ts'
import { photoColumns, preparePhotos, type StoredPhoto, toStoredPhoto } from './photo-rows.ts'

const newest = 'p.seq < :before ORDER BY p.seq DESC LIMIT :limit'
const tagged = `photo_tags AS t CROSS JOIN photos AS p ON p.seq = t.seq
  WHERE t.tag = :tag AND t.seq < :before`
const newestTagged = 'ORDER BY t.seq DESC LIMIT :limit'
const found = `photo_search AS s CROSS JOIN photos AS p ON p.seq = s.rowid
  WHERE s.photo_search MATCH :phrase AND s.rowid < :before`
const newestFound = 'ORDER BY s.rowid DESC LIMIT :limit'
const contains = 'instr(p.search_text, :needle) > 0'
const hasTag = 'EXISTS (SELECT 1 FROM photo_tags AS t WHERE t.tag = :tag AND t.seq = s.rowid)'

/**
 * Every way to list. CROSS JOIN fixes the order of the loops: the outer one gives photos newest first, so that
 * a page ends after `limit` rows and nothing is sorted, whatever the planner comes to believe of the data.
 */
export const listStatements = {
  all: `SELECT ${photoColumns} FROM photos AS p WHERE ${newest}`,
  tag: `SELECT ${photoColumns} FROM ${tagged} ${newestTagged}`,
  search: `SELECT ${photoColumns} FROM ${found} ${newestFound}`,
  searchTag: `SELECT ${photoColumns} FROM ${found} AND ${hasTag} ${newestFound}`,
  shortSearch: `SELECT ${photoColumns} FROM photos AS p WHERE p.seq > :beyond AND ${contains} AND ${newest}`,
  shortSearchTag: `SELECT ${photoColumns} FROM ${tagged} AND t.seq > :beyond AND ${contains} ${newestTagged}`,
} as const

/** The reading half of the catalog, synchronous. Every statement is prepared once, here. */
export function prepareReads(
  database: DatabaseSync,
  { shortSearchReach }: { readonly shortSearchReach: number },
) {
  const byId = preparePhotos(database, `SELECT ${photoColumns} FROM photos AS p WHERE p.id = ?`)
  const original = database.prepare('SELECT 1 FROM photos WHERE id = ? AND format = ?')
  const keyBefore = database.prepare('SELECT 1 FROM idempotency_keys WHERE created_at < ? LIMIT 1')
  const newestSeq = database.prepare('SELECT max(seq) AS seq FROM photos')
  const counting = database.prepare('SELECT count(*) AS count FROM photos')
  const lists = {
    all: preparePhotos(database, listStatements.all),
    tag: preparePhotos(database, listStatements.tag),
    search: preparePhotos(database, listStatements.search),
    searchTag: preparePhotos(database, listStatements.searchTag),
    shortSearch: preparePhotos(database, listStatements.shortSearch),
    shortSearchTag: preparePhotos(database, listStatements.shortSearchTag),
  }
  return {
    byId: (id: string) => one(byId.get(id)),
    hasKeyBefore: (before: string) => keyBefore.get(before) !== undefined,
    hasOriginal: (id: string, format: string) => original.get(id, format) !== undefined,
    count: () => Number(counting.get()?.count),
    list(query: ListQuery): Awaited<ReturnType<PhotoCatalog['list']>> {
      const before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(query.cursor)
      const { statement, parameters } = planList(query, () => Number(newestSeq.get()?.seq) - shortSearchReach)
      const bound = { ...parameters, before, limit: query.limit + 1 }
      return toPage(lists[statement].all(bound).map(toStoredPhoto), query.limit)
    },
  }
}

/** Looks photos up by idempotency key. Apart from the other reads, which also read files of older versions. */
export function prepareKeyLookup(database: DatabaseSync) {
  const byKey = preparePhotos(
    database,
    `SELECT ${photoColumns} FROM idempotency_keys AS k JOIN photos AS p ON p.seq = k.seq
     WHERE k.owner = ? AND k.key = ?`,
  )
  return ({ owner, key }: IdempotencyKey) => one(byKey.get(owner, key))
}

/** What `prepareReads` returns. */
export type PreparedReads = ReturnType<typeof prepareReads>

/** The statement for a query, and its parameters. `findReach` gives the number that a short search must not go below. */
function planList(
  { tag, search = '' }: ListQuery,
  findReach: () => number,
): {
  readonly statement: keyof typeof listStatements
  readonly parameters: Record<string, string | number>
} {
  const needle = foldForSearch(search)
  if (needle === '')
    return tag === undefined
      ? { statement: 'all', parameters: {} }
      : { statement: 'tag', parameters: { tag } }
  if (isShortSearch(needle)) {
    const beyond = findReach()
    return tag === undefined
      ? { statement: 'shortSearch', parameters: { needle, beyond } }
      : { statement: 'shortSearchTag', parameters: { needle, beyond, tag } }
  }
  if (tag === undefined) return { statement: 'search', parameters: { phrase: quote(needle) } }
  // The folded tag lets the index skip photos without it; EXISTS then decides, with case.
  const phrase = `${quote(foldedField(tag))} AND ${quote(needle)}`
  return { statement: 'searchTag', parameters: { phrase, tag } }
}

/** A literal phrase in FTS5's query language (threats B057, B200). */
function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

function one(row: unknown): StoredPhoto | undefined {
  return row === undefined ? undefined : toStoredPhoto(row)
}

function toPage(found: readonly StoredPhoto[], limit: number) {
  const photos = found.slice(0, limit).map(({ photo }) => photo)
  const last = found[limit - 1]
  return found.length > limit && last !== undefined
    ? { photos, nextCursor: formatCursor(last.seq) }
    : { photos }
}
