import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { ownerSubject } from '../../access-catalog.ts'
import { formatCursor, parseCursor } from '../../page-cursor.ts'
import type { IdempotencyKey, ListQuery, PhotoCatalog } from '../../photo-catalog.ts'
import { prepareUsage } from './access/usage.ts'
import { type CatalogSizes, type ListPlan, planList, toListSql } from './list-sql.ts'
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
  const prepareList = (plan: ListPlan) => {
    const name = [plan.source, ...plan.filters].join(' ')
    const statement = lists.get(name) ?? preparePhotos(database, toListSql(plan))
    lists.set(name, statement)
    return statement
  }
  const sizes: CatalogSizes = {
    shortSearchReach,
    newestSeq: () => Number(newestSeq.get()?.seq),
    // Prepared when it is needed: files of older versions have no such table, and no owners.
    photosOf: (owner) => prepareUsage(database).find(ownerSubject(owner)).photos,
  }
  return {
    byId: (id: string) => one(byId.get(id)),
    hasKeyBefore: (before: string) => keyBefore.get(before) !== undefined,
    hasOriginal: (id: string, format: string) => original.get(id, format) !== undefined,
    count: () => Number(counting.get()?.count),
    list(query: ListQuery): Awaited<ReturnType<PhotoCatalog['list']>> {
      const before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : parseCursor(query.cursor)
      const plan = planList(query, sizes)
      const bound = { ...plan.parameters, before, limit: query.limit + 1 }
      return toPage(prepareList(plan).all(bound).map(toStoredPhoto), query.limit)
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

function toPage(found: readonly StoredPhoto[], limit: number) {
  const photos = found.slice(0, limit).map(({ photo }) => photo)
  const last = found[limit - 1]
  return found.length > limit && last !== undefined
    ? { photos, nextCursor: formatCursor(last.seq) }
    : { photos }
}
