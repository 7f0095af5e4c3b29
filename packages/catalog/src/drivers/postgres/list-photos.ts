import { ownerSubject } from '../../access-catalog.ts'
import { formatCursor } from '../../page-cursor.ts'
import type { ListQuery, PhotoCatalog } from '../../photo-catalog.ts'
import { foldForSearch, isShortSearch } from '../../search-text.ts'
import { readUsage } from './access/usage.ts'
import type { Session } from './database.ts'
import { chooseSource, filterParameters } from './list-source.ts'
import { type PhotoRow, photoColumns, toPhotoRecord } from './photo-rows.ts'
import { searchPhotos } from './search-photos.ts'

/** What a page depends on besides its query. */
export interface ListOptions {
  /** The cursor's insertion number, which is not part of the page. */
  readonly before: number
  readonly shortSearchReach: number
}

/** A page of photos, newest first. */
export async function listPhotos(
  session: Session,
  query: ListQuery,
  options: ListOptions,
): ReturnType<PhotoCatalog['list']> {
  const needle = foldForSearch(query.search ?? '')
  const wanted = query.limit + 1
  if (needle === '' || isShortSearch(needle)) {
    const reach = await reachOf(session, { ...query, needle }, options)
    const rows = await readPage(
      session,
      { ...query, limit: wanted },
      { needle, before: options.before, reach },
    )
    return toPage(
      rows.slice(0, query.limit),
      rows.length > query.limit ? rows[query.limit - 1]?.seq : undefined,
    )
  }
  const { before } = options
  const seqs = await searchPhotos(session, { ...query, needle, before, limit: wanted })
  const sql = `SELECT ${photoColumns} FROM tintype.photos AS p WHERE p.seq = ANY(:seqs::bigint[]) ORDER BY p.seq DESC`
  const rows = await session.query<PhotoRow>(sql, { seqs: seqs.slice(0, query.limit) })
  return toPage(rows, seqs.length > query.limit ? seqs[query.limit - 1] : undefined)
}

/** How many of the latest insertions are read; `null` if all are. An owner with few photos is searched whole. */
async function reachOf(
  session: Session,
  { owner, needle }: Pick<ListQuery, 'owner'> & { readonly needle: string },
  { shortSearchReach }: ListOptions,
): Promise<number | null> {
  if (needle === '') return null
  if (owner === undefined) return shortSearchReach
  const subject = ownerSubject(owner)
  const photos = (await readUsage(session, [subject])).get(subject)?.photos ?? 0
  return photos <= shortSearchReach ? null : shortSearchReach
}

/** The page's numbers come first: if the photos were joined directly, a common tag would take a hundred times as long. */
async function readPage(
  session: Session,
  query: ListQuery,
  {
    needle,
    before,
    reach,
  }: { readonly needle: string; readonly before: number; readonly reach: number | null },
): Promise<readonly PhotoRow[]> {
  const source = chooseSource(query)
  const conditions = [
    source.condition,
    'x.seq < :before',
    ...(reach === null ? [] : ['x.seq > (SELECT max(seq) FROM tintype.photos) - :reach']),
    ...(needle === '' ? [] : [`strpos(${source.column('search_text')}, :needle) > 0`]),
  ]
  const sql = `
    WITH page AS MATERIALIZED (
      SELECT x.seq FROM ${source.table} AS x WHERE ${conditions.join(' AND ')} ORDER BY x.seq DESC LIMIT :limit
    )
    SELECT ${photoColumns} FROM page JOIN tintype.photos AS p USING (seq) ORDER BY p.seq DESC`
  const parameters = { ...filterParameters(query), before, needle, reach, limit: query.limit }
  return await session.query<PhotoRow>(sql, parameters)
}

/** @param lastSeq the page's last insertion number; `undefined` if it is the last page */
function toPage(rows: readonly PhotoRow[], lastSeq: number | undefined) {
  const photos = rows.map(toPhotoRecord)
  return lastSeq === undefined ? { photos } : { photos, nextCursor: formatCursor(lastSeq) }
}
