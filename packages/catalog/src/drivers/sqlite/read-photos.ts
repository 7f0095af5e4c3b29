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
import { type CatalogSizes, type ListOrder, type ListPlan, planList, toListSql } from './list-sql.ts'
import { photoColumns, preparePhotos, type StoredPhoto, toStoredPhoto } from './photo-rows.ts'

/**
 * The reading half of the catalog, synchronous. Every statement is prepared once: those of lists when they are first used.
 */
export function prepareReads(
  database: DatabaseSync,
  { shortSearchReach }: { readonly shortSearchReach: number },
) {
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
    list(query: ListQuery): ListPage {
      const around =
        query.cursor === undefined && query.around !== undefined ? locate(query.around) : undefined
      const bounds = boundsOf(query, around)
      const plan = planList(query, sizes)
      const readFrom = (from: ListBounds, limit: number) => {
        const { seq, takenKey } = from.bound
        const bound = { ...plan.parameters, seq, ...(from.isTaken && { takenKey }), limit }
        return prepareList(plan, from).all(bound).map(toStoredPhoto)
      }
      const found = readFrom(bounds, query.limit + 1)
      const hasNewer = around !== undefined && readFrom(newerThan(around, bounds), 1).length > 0
      return toPage(found, query, { ...bounds, hasNewer })
    },
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
