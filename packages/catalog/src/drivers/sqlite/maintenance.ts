import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { backup, type DatabaseSync } from 'node:sqlite'

/**
 * All pages in one step. A copy in several steps starts again whenever another process commits in between, and would never
 * end beside a busy server. SQLite copies on its own thread.
 */
const allPages = 2 ** 31 - 1

/** Finds damage in the database and its search index; a sentence for each. Takes seconds per million photos. */
export function findDamage(database: DatabaseSync): string[] {
  const damage = database
    .prepare('PRAGMA integrity_check')
    .all()
    .map(({ integrity_check: text }) => `${text}`)
  const orphans = database.prepare('PRAGMA foreign_key_check').all()
  const missing = orphans
    .slice(0, 100)
    .map(({ table, parent }) => `a row of ${table} refers to no row of ${parent}`)
  return [...damage.filter((text) => text !== 'ok'), ...missing].slice(0, 100)
}

/** Copies a consistent snapshot of the database to a new file, durably. Errors are native ones. */
export async function backUpDatabase(database: DatabaseSync, file: string): Promise<void> {
  await backup(database, file, { rate: allPages })
  for (const path of [file, dirname(file)]) {
    await using handle = await open(path)
    await handle.sync()
  }
}
