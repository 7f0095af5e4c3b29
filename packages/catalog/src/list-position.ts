import { formatCursor, formatTakenCursor, parseCursor, parseTakenCursor } from './page-cursor.ts'
import type { ListPage, ListQuery, PhotoRecord } from './photo-catalog.ts'

/** A place in a list. */
export interface ListPosition {
  /** Insertion number. */
  readonly seq: number
  /** What photos are sorted by if they are sorted by the time that they were taken. */
  readonly takenKey: string
}

/** The part of a list that a page is read from. */
export interface ListBounds {
  /** Whether the page is read towards the newest photo, from older ones. */
  readonly isBackward: boolean
  readonly isTaken: boolean
  /** The photos after this one, in the direction of reading. */
  readonly bound: ListPosition
}

/** A photo and its insertion number. */
interface Listed {
  readonly seq: number
  readonly photo: PhotoRecord
}

/** Above every photo. */
const newest: ListPosition = { seq: Number.MAX_SAFE_INTEGER, takenKey: '~' }

/**
 * The time to the second that a photo is sorted by: that of the picture by its camera's clock, or else that of its upload. The
 * migrations have the same in SQL.
 */
export function takenKeyOf({ takenAt, createdAt }: Pick<PhotoRecord, 'takenAt' | 'createdAt'>): string {
  return (takenAt ?? createdAt).slice(0, 19)
}

/**
 * The bounds of a query.
 *
 * @param around the position of the photo that the page begins with, if the query names one
 * @throws INVALID_REQUEST for a cursor that was not made for this order
 */
export function boundsOf(query: ListQuery, around: ListPosition | undefined): ListBounds {
  const { cursor, direction, sort } = query
  const isTaken = sort === 'taken'
  const start = around === undefined ? newest : { ...around, seq: around.seq + 1 }
  const parse = isTaken ? parseTakenCursor : (text: string) => ({ seq: parseCursor(text), takenKey: '' })
  const bound = cursor === undefined ? start : parse(cursor)
  return { isBackward: direction === 'backward', isTaken, bound }
}

/** The bounds of what is newer than a position. */
export function newerThan(bound: ListPosition, { isTaken }: Pick<ListBounds, 'isTaken'>): ListBounds {
  return { isBackward: true, isTaken, bound }
}

/**
 * The page of what was found.
 *
 * @param found at most one photo more than the limit, in the direction of reading
 * @param hasNewer whether there are photos before the one that the page begins with
 */
export function toPage(
  found: readonly Listed[],
  { limit, cursor, sort }: ListQuery,
  { isBackward, hasNewer }: { readonly isBackward: boolean; readonly hasNewer: boolean },
): ListPage {
  const page = takeFitting(found.slice(0, limit))
  if (isBackward) page.reverse()
  const photos = page.map(({ photo }) => photo)
  const [first, last] = [page[0], page.at(-1)]
  if (first === undefined || last === undefined) return { photos }
  const hasMore = found.length > page.length
  const cursorOf = ({ seq, photo }: Listed) =>
    sort === 'taken' ? formatTakenCursor({ seq, takenKey: takenKeyOf(photo) }) : formatCursor(seq)
  return {
    photos,
    ...((isBackward || hasMore) && { nextCursor: cursorOf(last) }),
    ...((isBackward ? hasMore : cursor !== undefined || hasNewer) && { previousCursor: cursorOf(first) }),
  }
}

/** Bytes that a page may have as JSON, estimated. */
const maxPageByteSize = 2 ** 20

/** Bytes of a photo besides its texts, with its URLs. */
const baseByteSize = 1024

/** The first photos that fit into a page: all of them, unless their texts are long, and at least one. */
function takeFitting(found: readonly Listed[]): Listed[] {
  let byteSize = 0
  const end = found.findIndex(({ photo }, at) => {
    byteSize += weightOf(photo)
    return at > 0 && byteSize > maxPageByteSize
  })
  return end === -1 ? [...found] : found.slice(0, end)
}

/** At most three bytes in UTF-8 for each code unit. */
function weightOf({ title, alt, filename, tags, metadata }: PhotoRecord): number {
  const texts = [title ?? '', alt ?? '', filename, ...tags, metadata === null ? '' : JSON.stringify(metadata)]
  return texts.reduce((sum, text) => sum + 3 * text.length, baseByteSize)
}
