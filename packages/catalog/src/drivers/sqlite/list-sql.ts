import { foldForSearch } from '@tintype/contract'
import type { ListQuery } from '../../photo-catalog.ts'
import { foldedField, isShortSearch } from '../../search-text.ts'
import { photoColumns } from './photo-rows.ts'

/**
 * Tables that return photos newest first from one index, so that a page ends after `limit` rows and nothing is sorted. CROSS
 * JOIN and INDEXED BY fix the order of the loops, whatever statistics the planner has. `answers` is the filter that a source
 * makes unnecessary.
 */
const sources = {
  all: {
    tables: { uploaded: 'photos AS p', taken: 'photos AS p INDEXED BY photos_by_taken' },
    condition: 'TRUE',
    seq: 'p.seq',
    takenKey: 'p.taken_key',
    answers: [],
  },
  owner: {
    tables: {
      uploaded: 'photos AS p INDEXED BY photos_by_owner',
      taken: 'photos AS p INDEXED BY photos_by_owner_and_taken',
    },
    condition: 'p.owner = :owner',
    seq: 'p.seq',
    takenKey: 'p.taken_key',
    answers: ['owner'],
  },
  private: {
    tables: {
      uploaded: 'photos AS p INDEXED BY private_photos',
      taken: 'photos AS p INDEXED BY private_photos_by_taken',
    },
    condition: "p.visibility = 'private'",
    seq: 'p.seq',
    takenKey: 'p.taken_key',
    answers: ['visibility'],
  },
  tag: {
    tables: {
      uploaded: 'photo_tags AS t CROSS JOIN photos AS p ON p.seq = t.seq',
      taken: 'photo_tags AS t INDEXED BY photo_tags_by_taken CROSS JOIN photos AS p ON p.seq = t.seq',
    },
    condition: 't.tag = :tag',
    seq: 't.seq',
    takenKey: 't.taken_key',
    answers: ['tag'],
  },
  ownerTag: {
    tables: {
      uploaded: 'photo_tags AS t INDEXED BY photo_tags_by_owner CROSS JOIN photos AS p ON p.seq = t.seq',
      taken:
        'photo_tags AS t INDEXED BY photo_tags_by_owner_and_taken CROSS JOIN photos AS p ON p.seq = t.seq',
    },
    condition: 't.owner = :owner AND t.tag = :tag',
    seq: 't.seq',
    takenKey: 't.taken_key',
    answers: ['owner', 'tag'],
  },
  search: {
    tables: { uploaded: 'photo_search AS s CROSS JOIN photos AS p ON p.seq = s.rowid', taken: '' },
    condition: 's.photo_search MATCH :phrase',
    seq: 's.rowid',
    takenKey: 'p.taken_key',
    // The index finds photos that may contain the text; the filter decides.
    answers: [],
  },
} as const

/** The order of a list, and the direction in which a page is read. */
export interface ListOrder {
  readonly isTaken: boolean
  readonly isBackward: boolean
}

/** Conditions about each photo of a source. `{seq}` is the source's insertion number. */
const filters = {
  owner: 'p.owner = :owner',
  visibility: 'p.visibility = :visibility',
  tag: 'EXISTS (SELECT 1 FROM photo_tags AS o WHERE o.tag = :tag AND o.seq = {seq})',
  text: 'instr(p.search_text, :needle) > 0',
  reach: '{seq} > :beyond',
} as const

/** Filters that an index answers; photos are compared one by one for every other one. */
const ranges: readonly string[] = ['reach']

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
  const answered: readonly string[] = sources[source].answers
  const names = (Object.keys(wanted) as (keyof typeof wanted)[]).filter((name) => wanted[name])
  return {
    source,
    filters: names.filter((name) => !answered.includes(name)),
    parameters: {
      ...(owner !== undefined && { owner }),
      ...(visibility !== undefined && source !== 'private' && { visibility }),
      ...(tag !== undefined && { tag }),
      ...(isSearch && { needle }),
      ...(source === 'search' && { phrase: phraseFor(needle, tag) }),
      ...(isReachLimited && { beyond: sizes.newestSeq() - sizes.shortSearchReach }),
    },
  }

  function chooseSource(): ListPlan['source'] {
    if (owner !== undefined && tag !== undefined && !isSearch) return 'ownerTag'
    if (isOwnerRead) return 'owner'
    if (isSearch && !isShort) return 'search'
    if (owner !== undefined) return 'owner'
    if (tag !== undefined) return 'tag'
    return visibility === 'private' && !isSearch ? 'private' : 'all'
  }
}

/** Whether a list compares photos one by one, and so may take long. */
export function comparesPhotos({ filters: names }: Pick<ListPlan, 'filters'>): boolean {
  return names.some((name) => !ranges.includes(name))
}

/**
 * The statement for a plan; it also takes `:seq`, `:limit` and, in the order of the time taken, `:takenKey`. If it compares
 * photos one by one, it first calls `in_time` for each. When that is 0, it returns the photo, so that its caller stops.
 */
export function toListSql(
  { source, filters: names }: Pick<ListPlan, 'source' | 'filters'>,
  { isTaken, isBackward }: ListOrder,
): string {
  const { tables, condition, seq, takenKey } = sources[source]
  const [comparison, direction] = isBackward ? ['>', 'ASC'] : ['<', 'DESC']
  const bound = isTaken
    ? `(${takenKey}, ${seq}) ${comparison} (:takenKey, :seq)`
    : `${seq} ${comparison} :seq`
  const compared = names.filter((name) => !ranges.includes(name)).map((name) => filters[name])
  const conditions = [
    condition,
    bound,
    ...names.filter((name) => ranges.includes(name)).map((name) => filters[name]),
    // CASE, because SQLite may evaluate terms of AND in any order.
    ...(compared.length === 0
      ? []
      : [
          `CASE in_time({seq}, ${isTaken ? takenKey : "''"}) WHEN 1 THEN ${compared.join(' AND ')} ELSE 1 END`,
        ]),
  ]
  const where = conditions.join(' AND ').replaceAll('{seq}', seq)
  const order = `${isTaken ? `${takenKey} ${direction}, ` : ''}${seq} ${direction}`
  return `SELECT ${photoColumns} FROM ${tables[isTaken ? 'taken' : 'uploaded']} WHERE ${where} ORDER BY ${order} LIMIT :limit`
}

/** The folded tag lets the index skip photos without it. The filter then compares exactly, with case. */
function phraseFor(needle: string, tag: string | undefined): string {
  const texts = tag === undefined ? [needle] : [foldedField(tag), needle]
  return texts.flatMap(samplePieces).map(quote).join(' AND ')
}

/** Characters of a piece of a text, and the most pieces, that the index is searched for. */
const pieceLength = 6
const mostPieces = 6

/**
 * Pieces of the text, evenly spread. The whole text as one phrase would make the index compare every place of each of its
 * trigrams with the places of all others.
 */
function samplePieces(text: string): readonly string[] {
  const characters = [...text]
  const last = Math.max(0, characters.length - pieceLength)
  const count = Math.min(mostPieces, Math.ceil(characters.length / pieceLength))
  const starts = Array.from({ length: count }, (_, at) => Math.round((at * last) / Math.max(1, count - 1)))
  return [...new Set(starts.map((start) => characters.slice(start, start + pieceLength).join('')))]
}

/** A literal phrase in FTS5's query language (threats B057, B200). */
function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
