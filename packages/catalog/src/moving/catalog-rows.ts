import type { LibraryRecord } from '../library-record.ts'
import type { MovedTable, MovedTableName } from './moved-tables.ts'

/** A value on its way from one engine to another. */
export type RowValue = string | number | null

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, RowValue>>

/** Values of a primary key, in its order. */
export type RowKey = readonly RowValue[]

/** Which rows a page has. */
export interface PageOptions {
  /** The key of the last row of the page before; absent for the first page. */
  readonly after?: RowKey | undefined
  /** Most rows, 1 to 1000. */
  readonly limit: number
}

/** The library's row, with what only a move needs. */
export interface MoveRecord extends LibraryRecord {
  /** The run that is in charge of the move; `null` if none ever was. */
  readonly runner: string | null
  /** Whether a server of the other end waits for the move to end. */
  readonly isSwitchWanted: boolean
}

/** A row that was inserted, changed or deleted while changes were noted. */
export interface NotedChange {
  readonly nth: number
  readonly table: MovedTableName
  readonly key: RowKey
}

/** The rows of a catalog, by key, in one form for all engines. Every method throws a `TintypeError`, as those of `CatalogReader` do. */
export interface CatalogSnapshot {
  readMove(): Promise<MoveRecord>

  /** Rows in the order of their keys. */
  readPage(table: MovedTable, options: PageOptions): Promise<readonly Row[]>

  /** How many rows there are, exactly. */
  countRows(table: MovedTable): Promise<number>

  /** The last number that the table has given to a row; 0 if none. */
  readLastNumber(table: MovedTable): Promise<number>
}

/** A catalog as a move sees it: its rows, while other processes may use the catalog. */
export interface CatalogRows extends CatalogSnapshot, AsyncDisposable {
  /** Changes the given members, durably and at once. */
  changeMove(change: Partial<MoveRecord>): Promise<void>

  /** The rows that exist of at most 1000 keys, in no order. */
  readRows(table: MovedTable, keys: readonly RowKey[]): Promise<readonly Row[]>

  /** Inserts rows, or replaces those of the same key. A row whose photo does not exist is left out. */
  writeRows(table: MovedTable, rows: readonly Row[]): Promise<void>

  /** Deletes rows; succeeds for those that do not exist. What belongs to a photo is deleted with it. */
  deleteRows(table: MovedTable, keys: readonly RowKey[]): Promise<void>

  /** Makes the next row's number higher than this one. Never lowers it. */
  raiseLastNumber(table: MovedTable, number: number): Promise<void>

  /** Begins to note changes. When it resolves, every write that is not noted was committed before. Idempotent. */
  startNoting(): Promise<void>

  /** Ends noting, and forgets what was noted. From now on no state refuses writes. Idempotent. */
  stopNoting(): Promise<void>

  /** Changes that were noted, at most `limit`. Those of one transaction can be on several pages. */
  readChanges(limit: number): Promise<readonly NotedChange[]>

  /** Forgets changes that were copied. */
  forgetChanges(changes: readonly NotedChange[]): Promise<void>

  /**
   * Refuses every write from now on, as OVERLOADED. When it resolves, every earlier write is committed and noted, or undone.
   * Changes must be noted.
   */
  fence(): Promise<void>
}

/** The key of a row. */
export function keyOf({ key }: MovedTable, row: Row): RowKey {
  return key.map((column) => row[column] ?? null)
}
