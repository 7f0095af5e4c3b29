import type { ListQuery } from '../../photo-catalog.ts'
import { foldedField, foldForSearch, isShortSearch } from '../../search-text.ts'
import { photoColumns } from './photo-rows.ts'

/**
 * Tables that return photos newest first from one index, so that a page ends after `limit` rows and nothing is sorted. CROSS
 * JOIN and INDEXED BY fix the order of the loops, whatever statistics the planner has. `answers` is the filter that a source
 * makes unnecessary.
 */
const sources = {
  all: { tables: 'photos AS p', condition: 'TRUE', seq: 'p.seq', answers: undefined },
  owner: {
    tables: 'photos AS p INDEXED BY photos_by_owner',
    condition: 'p.owner = :owner',
    seq: 'p.seq',
    answers: 'owner',
  },
  private: {
    tables: 'photos AS p INDEXED BY private_photos',
    condition: "p.visibility = 'private'",
    seq: 'p.seq',
    answers: 'visibility',
  },
  tag: {
    tables: 'photo_tags AS t CROSS JOIN photos AS p ON p.seq = t.seq',
    condition: 't.tag = :tag',
    seq: 't.seq',
    answers: 'tag',
  },
  search: {
    tables: 'photo_search AS s CROSS JOIN photos AS p ON p.seq = s.rowid',
    condition: 's.photo_search MATCH :phrase',
    seq: 's.rowid',
    answers: 'text',
  },
} as const

/** Conditions that are checked for each photo of a source. `{seq}` is the source's insertion number. */
const filters = {
  owner: 'p.owner = :owner',
  visibility: 'p.visibility = :visibility',
  tag: 'EXISTS (SELECT 1 FROM photo_tags AS o WHERE o.tag = :tag AND o.seq = {seq})',
  text: 'instr(p.search_text, :needle) > 0',
  reach: '{seq} > :beyond',
} as const

/** The source of a list's photos, and its filters. */
export interface ListPlan {
  readonly source: keyof typeof sources
  readonly filters: readonly (keyof typeof filters)[]
  readonly parameters: Readonly<Record<string, string | number>>
}

/** Sizes that a plan depends on. */
export interface CatalogSizes {
  /** How many of the latest insertions a short search reads. */
  readonly shortSearchReach: number
  /** The number of the newest photo. */
  newestSeq(): number
  /** How many photos an owner has. */
  photosOf(owner: string): number
}

/**
 * Chooses the index for a query.
 *
 * A search within one owner reads that owner's photos one by one as long as they are no more than a short search would read;
 * beyond that it uses the search index of all photos.
 */
export function planList(query: ListQuery, sizes: CatalogSizes): ListPlan {
  const { tag, owner, visibility, search = '' } = query
  const needle = foldForSearch(search)
  const isSearch = needle !== ''
  const isShort = isSearch && isShortSearch(needle)
  const isOwnerRead = owner !== undefined && (!isSearch || sizes.photosOf(owner) <= sizes.shortSearchReach)
  const isReachLimited = isShort && !isOwnerRead
  const source = chooseSource()
  const wanted = {
    owner: owner !== undefined,
    visibility: visibility !== undefined,
    tag: tag !== undefined,
    text: isSearch,
    reach: isReachLimited,
  }
  const names = (Object.keys(wanted) as (keyof typeof wanted)[]).filter((name) => wanted[name])
  return {
    source,
    filters: names.filter((name) => name !== sources[source].answers),
    parameters: {
      ...(owner !== undefined && { owner }),
      ...(visibility !== undefined && source !== 'private' && { visibility }),
      ...(tag !== undefined && { tag }),
      ...(isSearch && (source === 'search' ? { phrase: phraseFor(needle, tag) } : { needle })),
      ...(isReachLimited && { beyond: sizes.newestSeq() - sizes.shortSearchReach }),
    },
  }

  function chooseSource(): ListPlan['source'] {
    if (isOwnerRead) return 'owner'
    if (isSearch && !isShort) return 'search'
    if (owner !== undefined) return 'owner'
    if (tag !== undefined) return 'tag'
    return visibility === 'private' && !isSearch ? 'private' : 'all'
  }
}

/** The statement for a plan; it also takes `:before` and `:limit`. */
export function toListSql({ source, filters: names }: Pick<ListPlan, 'source' | 'filters'>): string {
  const { tables, condition, seq } = sources[source]
  const conditions = [condition, `${seq} < :before`, ...names.map((name) => filters[name])]
  const where = conditions.join(' AND ').replaceAll('{seq}', seq)
  return `SELECT ${photoColumns} FROM ${tables} WHERE ${where} ORDER BY ${seq} DESC LIMIT :limit`
}

/** The folded tag lets the index skip photos without it. The filter then compares exactly, with case. */
function phraseFor(needle: string, tag: string | undefined): string {
  return tag === undefined ? quote(needle) : `${quote(foldedField(tag))} AND ${quote(needle)}`
}

/** A literal phrase in FTS5's query language (threats B057, B200). */
function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
