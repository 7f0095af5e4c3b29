import { keyOf, type MovedTable, type Row, type RowKey } from '@tintype/catalog'
import { forEachOf } from '../maintenance/library-readers.ts'
import { copyBlob } from './copy-blob.ts'
import type { Move } from './move.ts'
import { findRowBlobs } from './row-blobs.ts'

/** Blobs that are copied at the same time: most of the time of each is spent waiting for an engine. */
const width = 16

/**
 * Copies rows of one table that the target does not have as they are, their blobs first. A row that this run wrote was written after
 * its blob, so that blob is not read again. Blobs of rows that an earlier run wrote are read and compared.
 *
 * @returns how many rows were written
 */
export async function copyRows(table: MovedTable, rows: readonly Row[], move: Move): Promise<number> {
  const { source, target, stores } = move
  const textOf = (row: Row) => JSON.stringify(keyOf(table, row))
  const found = await target.readRows(
    table,
    rows.map((row) => keyOf(table, row)),
  )
  const there = new Map(found.map((row) => [textOf(row), row]))
  const changed = rows.filter((row) => !isSame(table, row, there.get(textOf(row))))
  const left = new Set<Row>()
  /** Renditions without their bytes, which the target must not have. */
  const broken: RowKey[] = []
  if (stores) {
    const looked = move.comparesBlobs ? rows : changed
    const blobs = await findRowBlobs(table, looked, source)
    const isCopied = (row: Row) => !move.comparesBlobs && there.get(textOf(row))?.sha256 === row.sha256
    await forEachOf(
      [...looked.entries()],
      async ([at, row]) => {
        const blob = blobs[at]
        if (blob === undefined || isCopied(row)) return
        const problem = await copyBlob(blob, { ...move, stores })
        if (problem === undefined) return
        const [current] = await source.readRows(table, [keyOf(table, row)])
        // Deleted or made again in the meantime: noted, and copied later.
        const isOutdated = !isSame(table, row, current)
        if (isOutdated || blob.subject === 'rendition') left.add(row)
        if (!isOutdated && blob.subject === 'rendition') broken.push(keyOf(table, row))
        if (!isOutdated) move.onBroken({ key: blob.key, subject: blob.subject, problem })
      },
      width,
    )
  }
  if (broken.length > 0) await target.deleteRows(table, broken)
  const written = changed.filter((row) => !left.has(row))
  if (written.length > 0) await target.writeRows(table, written)
  return written.length
}

/** Removes rows from the target, and the blobs of those that it has. */
export async function removeRows(table: MovedTable, keys: readonly RowKey[], move: Move): Promise<void> {
  const { target, stores } = move
  if (stores) {
    const blobs = await findRowBlobs(table, await target.readRows(table, keys), target)
    await forEachOf(
      blobs.filter((blob) => blob !== undefined),
      ({ key }) => stores.to.delete(key),
      width,
    )
  }
  await target.deleteRows(table, keys)
}

function isSame(table: MovedTable, one: Row, other: Row | undefined): boolean {
  return other !== undefined && Object.keys(table.columns).every((column) => one[column] === other[column])
}
