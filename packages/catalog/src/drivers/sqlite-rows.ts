import { resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import type { CatalogRows, NotedChange } from '../moving/catalog-rows.ts'
import { type MovedTable, movedTables } from '../moving/moved-tables.ts'
import { prepareMove } from './sqlite/moving/move-record.ts'
import { triggerSql } from './sqlite/moving/row-sql.ts'
import { type PreparedTable, prepareTables } from './sqlite/moving/tables.ts'
import { openDatabase } from './sqlite/open-database.ts'
import { isSqliteBusy, toCatalogError } from './sqlite/sqlite-error.ts'

/** Milliseconds that a write waits for the server's, and the pause between two attempts. */
const patienceMs = 10_000
const lockRetryMs = 5

/**
 * Opens a catalog in an SQLite file, which is created if it is missing, to be copied row by row. A server may use it at the same
 * time: each call holds the write lock for a few milliseconds.
 *
 * @throws as `openSqliteCatalog`
 */
export async function openSqliteRows({ file }: { readonly file: string }): Promise<CatalogRows> {
  const database = await openDatabase(resolve(file), { patienceMs })
  const tables = prepareTables(database)
  const move = prepareMove(database)

  const read = async <Result>(work: () => Result): Promise<Result> => {
    try {
      return work()
    } catch (error) {
      throw toCatalogError(error)
    }
  }
  const write = <Result>(work: () => Result) => transact(database, work)
  const of = ({ name }: MovedTable): PreparedTable => {
    const table = tables.get(name)
    if (table) return table
    throw new Error(`${name} is not in the list of tables`)
  }

  return {
    readMove: () => read(move.read),
    changeMove: (change) => write(() => move.change(change)),
    readPage: (table, { after, limit }) => read(() => of(table).page(limit, after)),
    readRows: (table, keys) => read(() => keys.map(of(table).find).filter((row) => row !== undefined)),
    writeRows: (table, rows) => write(() => rows.forEach(of(table).write)),
    deleteRows: (table, keys) => write(() => keys.forEach(of(table).remove)),
    countRows: (table) => read(of(table).count),
    readLastNumber: ({ name }) => read(() => move.readLastNumber(name)),
    raiseLastNumber: ({ name }, number) => write(() => move.raiseLastNumber(name, number)),
    startNoting: () =>
      write(() =>
        runAll(
          database,
          movedTables.flatMap((table) => triggerSql(table).create),
        ),
      ),
    stopNoting: () =>
      write(() => {
        runAll(
          database,
          movedTables.flatMap((table) => triggerSql(table).drop),
        )
        database.exec('DELETE FROM move_changes')
      }),
    readChanges: (limit) => read(() => move.readChanges(limit)),
    forgetChanges: (changes: readonly NotedChange[]) => write(() => move.forgetChanges(changes)),
    // Only one process writes at a time, so no older write is left.
    fence: () => write(() => move.change({ state: 'fenced' })),
    async [Symbol.asyncDispose]() {
      database.close()
    },
  }
}

function runAll(database: DatabaseSync, statements: readonly string[]): void {
  for (const statement of statements) database.exec(statement)
}

/** Runs work in a transaction. Waits for other writers without blocking. */
async function transact<Result>(database: DatabaseSync, work: () => Result): Promise<Result> {
  const end = performance.now() + patienceMs
  for (;;) {
    try {
      database.exec('BEGIN IMMEDIATE')
      const result = work()
      database.exec('COMMIT')
      return result
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      if (!isSqliteBusy(error) || performance.now() >= end) throw toCatalogError(error)
      await delay(lockRetryMs)
    }
  }
}
