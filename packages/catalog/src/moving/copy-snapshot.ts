import { type CatalogRows, type CatalogSnapshot, keyOf } from './catalog-rows.ts'
import { movedTables } from './moved-tables.ts'

/** Rows that are read and written at once. */
const pageSize = 1000

/**
 * Copies all rows into a new catalog, which is then the same library in the same state.
 *
 * @throws what the catalogs throw; then the new catalog is not complete
 */
export async function copySnapshot(from: CatalogSnapshot, to: CatalogRows): Promise<void> {
  for (const table of movedTables) {
    let page = await from.readPage(table, { limit: pageSize })
    for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
      await to.writeRows(table, page)
      page = await from.readPage(table, { after: keyOf(table, last), limit: pageSize })
    }
    if (table.isNumbered) await to.raiseLastNumber(table, await from.readLastNumber(table))
  }
  const { id, storeId, state, peer } = await from.readMove()
  await to.changeMove({ id, storeId, state, peer })
}
