import { foldForSearch, isPhotoId, TintypeError } from '@tintype/contract'
import { ownerSubject } from '../../access-catalog.ts'
import {
  boundsOf,
  type ListBounds,
  type ListPosition,
  newerThan,
  takenKeyOf,
  toPage,
} from '../../list-position.ts'
import type { ListPage, ListQuery } from '../../photo-catalog.ts'
import { isShortSearch } from '../../search-text.ts'
import { readUsage } from './access/usage.ts'
import type { Session } from './database.ts'
import { chooseSource, filterParameters } from './list-source.ts'
import { findPhoto, type PhotoRow, photoColumns, toPhotoRecord } from './photo-rows.ts'
import { searchPhotos } from './search-photos.ts'

/** What a page depends on besides its query. */
export interface ListOptions {
  readonly shortSearchReach: number
}

/** A page of photos, newest first. @throws INVALID_REQUEST, PHOTO_NOT_FOUND */
export async function listPhotos(
  session: Session,
  query: ListQuery,
  options: ListOptions,
): Promise<ListPage> {
  const { cursor, around: id, limit } = query
  const around = cursor === undefined && id !== undefined ? await locate(session, id) : undefined
  const bounds = boundsOf(query, around)
  const found = await readFrom(session, { ...query, limit: limit + 1 }, { ...options, bounds })
  const before = around && { ...options, bounds: newerThan(around, bounds) }
  const hasNewer =
    before !== undefined && (await readFrom(session, { ...query, limit: 1 }, before)).length > 0
  const listed = found.map((row) => ({ seq: row.seq, photo: toPhotoRecord(row) }))
  return toPage(listed, query, { ...bounds, hasNewer })
}

/** @throws PHOTO_NOT_FOUND */
async function locate(session: Session, id: string): Promise<ListPosition> {
  const row = isPhotoId(id) ? await findPhoto(session, id) : undefined
  if (row === undefined) throw new TintypeError('PHOTO_NOT_FOUND', 'No photo has this id')
  return { seq: row.seq, takenKey: takenKeyOf(toPhotoRecord(row)) }
}

/** The photos beyond the bound, in the direction of reading. */
async function readFrom(
  session: Session,
  query: ListQuery,
  { bounds, shortSearchReach }: ListOptions & { readonly bounds: ListBounds },
): Promise<readonly PhotoRow[]> {
  const needle = foldForSearch(query.search ?? '')
  if (needle === '' || isShortSearch(needle)) {
    const reach = await reachOf(session, { ...query, needle }, { shortSearchReach })
    return await readPage(session, query, { needle, bounds, reach })
  }
  const { isBackward, bound } = bounds
  const seqs = await searchPhotos(session, { ...query, needle, isBackward, bound: bound.seq })
  const sql = `SELECT ${photoColumns} FROM tintype.photos AS p WHERE p.seq = ANY(:seqs::bigint[])
    ORDER BY p.seq ${isBackward ? 'ASC' : 'DESC'}`
  return await session.query<PhotoRow>(sql, { seqs })
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

/** The statement of a page; exported so that its plan can be tested. */
export function pageSql(
  query: ListQuery,
  { isTaken, isBackward }: Pick<ListBounds, 'isTaken' | 'isBackward'>,
  { needle, reach }: { readonly needle: string; readonly reach: number | null },
): string {
  const source = chooseSource(query)
  const [comparison, direction] = isBackward ? ['>', 'ASC'] : ['<', 'DESC']
  const { takenKey } = source
  const bound = isTaken ? `(${takenKey}, x.seq) ${comparison} (:takenKey, :seq)` : `x.seq ${comparison} :seq`
  const conditions = [
    source.condition,
    bound,
    ...(reach === null ? [] : ['x.seq > (SELECT max(seq) FROM tintype.photos) - :reach']),
    ...(needle === '' ? [] : [`strpos(${source.column('search_text')}, :needle) > 0`]),
  ]
  const order = (key: string, seq: string) => `${isTaken ? `${key} ${direction}, ` : ''}${seq} ${direction}`
  // The page's numbers come first: if the photos were joined directly, a common tag would take a hundred times as long.
  return `
    WITH page AS MATERIALIZED (
      SELECT x.seq, ${isTaken ? takenKey : 'NULL'} AS taken_key FROM ${source.table} AS x
      WHERE ${conditions.join(' AND ')} ORDER BY ${order(takenKey, 'x.seq')} LIMIT :limit
    )
    SELECT ${photoColumns} FROM page JOIN tintype.photos AS p USING (seq) ORDER BY ${order('page.taken_key', 'p.seq')}`
}

async function readPage(
  session: Session,
  query: ListQuery,
  {
    needle,
    bounds,
    reach,
  }: { readonly needle: string; readonly bounds: ListBounds; readonly reach: number | null },
): Promise<readonly PhotoRow[]> {
  const parameters = { ...filterParameters(query), ...bounds.bound, needle, reach, limit: query.limit }
  return await session.query<PhotoRow>(pageSql(query, bounds, { needle, reach }), parameters)
}
