import { mkdtempDisposable, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { samplePhoto, sampleRendition } from '../../testing/index.ts'
import { watchCatalogFiles } from './file-identity.ts'
import { openDatabase } from './open-database.ts'
import { openSqliteWriter } from './open-writer.ts'

// Called without its thread: the scheduler decides how many messages a thread receives at once.
describe('openSqliteWriter', () => {
  test('writes that arrive together share commits', async () => {
    await using opened = await openWriter()
    const { writer, file } = opened
    const photos = Array.from({ length: 100 }, () => samplePhoto())
    const atFirst = await countCommits(file)
    await Promise.all(photos.map((photo) => writer.insert(photo)))
    await Promise.all([
      ...photos.slice(0, 25).map(({ id }) => writer.putRendition(sampleRendition(id))),
      ...photos.slice(25, 50).map(({ id }) => writer.update(id, { title: 'together' })),
      ...photos.slice(50, 75).map(({ id }) => writer.delete(id)),
    ])
    const together = await countCommits(file)
    expect(together - atFirst).toBe(2)
    for (const { id } of photos.slice(0, 10)) await writer.update(id, { title: 'one by one' })
    expect((await countCommits(file)) - together).toBe(10)
  })

  test('B191 a write waits for a lock without blocking its thread', async () => {
    await using opened = await openWriter({ patienceMs: 100_000 })
    using other = new DatabaseSync(opened.file)
    other.exec('BEGIN IMMEDIATE')
    const inserting = opened.writer.insert(samplePhoto())
    await nextTurn() // the write begins in a turn before this one
    // Only this same thread can release the lock.
    other.exec('ROLLBACK')
    expect(await inserting).toStrictEqual({ status: 'inserted' })
  })
})

async function openWriter({ patienceMs = 0 } = {}) {
  await using opening = new AsyncDisposableStack()
  const directory = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-writer-')))
  const file = join(directory.path, 'catalog.db')
  opening.use(await openDatabase(file, { patienceMs: 0 }))
  const watched = watchCatalogFiles(file)
  const writer = opening.use(
    openSqliteWriter({ file, patienceMs, keepsReserve: false, durability: 'full', watched }),
  )
  const owned = opening.move()
  return { writer, file, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/**
 * Transactions in the write-ahead log: the last frame of each carries the size of the database.
 *
 * @see https://sqlite.org/fileformat2.html#the_write_ahead_log
 */
async function countCommits(file: string): Promise<number> {
  const log = await readFile(`${file}-wal`)
  const frameByteSize = 24 + log.readUInt32BE(8)
  const salts = log.subarray(16, 24)
  let commits = 0
  for (let offset = 32; offset + frameByteSize <= log.length; offset += frameByteSize) {
    const isCurrent = log.subarray(offset + 8, offset + 16).equals(salts)
    if (isCurrent && log.readUInt32BE(offset + 4) !== 0) commits += 1
  }
  return commits
}
