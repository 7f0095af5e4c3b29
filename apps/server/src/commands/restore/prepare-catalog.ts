import { link, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  type CatalogRows,
  copySnapshot,
  keyOf,
  type MoveRecord,
  movedTable,
  movedTables,
} from '@tintype/catalog'
import { makeDirectory, syncDirectory } from '@tintype/storage'
import { ConfigError } from '../../config/config-error.ts'
import type { LastingCatalog } from '../../config/engines/catalog-url.ts'
import { openCatalogRows } from '../../open-drivers.ts'
import type { LibraryPaths } from '../open-library.ts'

/** An empty place for a catalog. Disposing it removes what was copied, unless it is finished. */
export interface PreparedCatalog extends AsyncDisposable {
  /** The file that the backup's catalog is copied to. It does not exist yet. */
  readonly copyFile: string
  /** Makes the copy the library's catalog. */
  finish(): Promise<void>
}

/** @throws ConfigError if a database has a library already; errors of the drivers */
export async function prepareCatalog({ catalog, dataDirectory }: LibraryPaths): Promise<PreparedCatalog> {
  if (catalog.kind === 'sqlite') return await prepareFile(catalog.file)
  return await prepareDatabase(catalog, join(dataDirectory, 'restoring.db'))
}

async function prepareFile(file: string): Promise<PreparedCatalog> {
  await makeDirectory(dirname(file))
  const copyFile = `${file}.restoring`
  return {
    copyFile,
    async finish() {
      await link(copyFile, file) // a rename would replace a file that appeared in the meantime
      await rm(copyFile)
      await syncDirectory(dirname(file))
    },
    [Symbol.asyncDispose]: () => rm(copyFile, { force: true }),
  }
}

/** The other end of a library that is restored. A killed restore leaves it. */
const peer = 'a backup that is being restored'

async function prepareDatabase(catalog: LastingCatalog, copyFile: string): Promise<PreparedCatalog> {
  await using opening = new AsyncDisposableStack()
  const rows = opening.use(await openCatalogRows(catalog))
  const before = await rows.readMove()
  if (!(await isFree(rows, before)))
    throw new ConfigError(
      'Restoring needs a new database or a new schema; the one of TINTYPE_DATABASE_URL has a library already',
    )
  if (before.peer === peer) await empty(rows)
  // No server starts on it until it is complete.
  await rows.changeMove({ state: 'arriving', peer })
  const owned = opening.move()
  let isFinished = false
  return {
    copyFile,
    async finish() {
      {
        await using copied = await openCatalogRows({ kind: 'sqlite', file: copyFile })
        await copySnapshot(copied, rows)
      }
      isFinished = true
      await rm(copyFile)
    },
    async [Symbol.asyncDispose]() {
      if (!isFinished) {
        await empty(rows)
        await rows.changeMove({ state: 'live', peer: null })
      }
      await owned.disposeAsync()
      for (const end of ['', '-wal', '-shm']) await rm(copyFile + end, { force: true })
    },
  }
}

async function isFree(rows: CatalogRows, { state, storeId, peer: from }: MoveRecord): Promise<boolean> {
  if (state === 'arriving') return from === peer
  return state === 'live' && storeId === null && (await rows.countRows(movedTable('photos'))) === 0
}

async function empty(rows: CatalogRows): Promise<void> {
  for (const table of movedTables.toReversed())
    for (;;) {
      const page = await rows.readPage(table, { limit: 1000 })
      if (page.length === 0) break
      await rows.deleteRows(
        table,
        page.map((row) => keyOf(table, row)),
      )
    }
}
