import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { TintypeError } from '@tintype/contract'
import { ownerSubject } from '../../access-catalog.ts'
import {
  boundsOf,
  type ListBounds,
  type ListPosition,
  newerThan,
  takenKeyOf,
  toPage,
} from '../../list-position.ts'
import type { IdempotencyKey, ListPage, ListQuery } from '../../photo-catalog.ts'
import { prepareUsage } from './access/usage.ts'
import {
  type CatalogSizes,
  comparesPhotos,
  type ListOrder,
  type ListPlan,
  planList,
  toListSql,
} from './list-sql.ts'
import type { Slices } from './long-reads/slices.ts'
import { photoColumns, preparePhotos, type StoredPhoto, toStoredPhoto } from './photo-rows.ts'

/** How photos are read. */
export interface ReadLimits {
  readonly shortSearchReach: number
  /** After each, a list that compares photos one by one yields. */
  readonly slices: Slices
}

/**
 * The reading half of the catalog, synchronous. Every statement is prepared once: those of lists when they are first used.
 */
export function prepareReads(database: DatabaseSync, { shortSearchReach, slices }: ReadLimits) {
  const byId = preparePhotos(database, `SELECT ${photoColumns} FROM photos AS p WHERE p.id = ?`)
  const original = database.prepare('SELECT 1 FROM photos WHERE id = ? AND format = ?')
  const keyBefore = database.prepare('SELECT 1 FROM idempotency_keys WHERE created_at < ? LIMIT 1')
  const newestSeq = database.prepare('SELECT max(seq) AS seq FROM photos')
  const counting = database.prepare('SELECT count(*) AS count FROM photos')
  const lists = new Map<string, StatementSync>()
  const prepareList = (plan: ListPlan, order: ListOrder) => {
    const name = [plan.source, ...plan.filters, order.isTaken, order.isBackward].join(' ')
    const statement = lists.get(name) ?? preparePhotos(database, toListSql(plan, order))
    lists.set(name, statement)
    return statement
  }
  const sizes: CatalogSizes = {
    shortSearchReach,
    newestSeq: () => Number(newestSeq.get()?.seq),
    // Prepared when it is needed: files of older versions have no such table, and no owners.
    photosOf: (owner) => prepareUsage(database).find(ownerSubject(owner)).photos,
  }
  /** @throws PHOTO_NOT_FOUND */
  const locate = (id: string): ListPosition => {
    const found = one(byId.get(id))
    if (found === undefined) throw new TintypeError('PHOTO_NOT_FOUND', 'No photo has this id')
    return { seq: found.seq, takenKey: takenKeyOf(found.photo) }
  }
  return {
    byId: (id: string) => one(byId.get(id)),
    hasKeyBefore: (before: string) => keyBefore.get(before) !== undefined,
    hasOriginal: (id: string, format: string) => original.get(id, format) !== undefined,
    count: () => Number(counting.get()?.count),
    newestSeq: sizes.newestSeq,
    /** A page, in pieces if it compares photos one by one. @throws PHOTO_NOT_FOUND, INVALID_REQUEST */
    *list(query: ListQuery): Generator<void, ListPage> {
      const around =
        query.cursor === undefined && query.around !== undefined ? locate(query.around) : undefined
      const bounds = boundsOf(query, around)
      const plan = planList(query, sizes)
      const found = yield* readFrom(plan, bounds, query.limit + 1)
      const newer = around === undefined ? [] : yield* readFrom(plan, newerThan(around, bounds), 1)
      return toPage(found, query, { ...bounds, hasNewer: newer.length > 0 })
    },
  }

  function* readFrom(plan: ListPlan, from: ListBounds, limit: number): Generator<void, StoredPhoto[]> {
    const statement = prepareList(plan, from)
    const bind = ({ seq, takenKey }: ListPosition, rest: number) => ({
      ...plan.parameters,
      seq,
      ...(from.isTaken && { takenKey }),
      limit: rest,
    })
    if (!comparesPhotos(plan)) return statement.all(bind(from.bound, limit)).map(toStoredPhoto)
    const found: StoredPhoto[] = []
    let bound: ListPosition | undefined = from.bound
    while (bound !== undefined && found.length < limit) {
      const slice = slices.begin()
      for (const row of statement.iterate(bind(bound, limit - found.length))) {
        if (slice.stoppedAfter() !== undefined) break
        found.push(toStoredPhoto(row))
      }
      bound = slice.stoppedAfter()
      if (bound !== undefined) yield
    }
    return found
  }
}

/** Finds photos by idempotency key. Separate from the other reads, which can read files of older versions. */
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

function one(row: unknown): StoredPhoto | undefined {
  return row === undefined ? undefined : toStoredPhoto(row)
}
