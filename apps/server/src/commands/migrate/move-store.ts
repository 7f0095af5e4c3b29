import { join } from 'node:path'
import { type CatalogRows, movedTable, type movedTables, type Row } from '@tintype/catalog'
import { copyBlob, createPace, findRowBlobs, readPages } from '@tintype/photos'
import { ConfigError } from '../../config/config-error.ts'
import { openBlobReader, openMovedStore, openStagingArea } from '../../open-drivers.ts'
import { lockDirectory } from '../../serving/directory-lock.ts'
import type { Output } from '../command-context.ts'
import { createMoveReport } from './move-progress.ts'
import { claimStore } from './prepare-move.ts'
import type { MoveRequest } from './read-move.ts'

/**
 * Moves blobs to another store of the same catalog. Its server is stopped: servers of the old store and of the new one could not
 * be told from each other.
 *
 * @returns 1 if photos are broken, otherwise 0
 */
export async function moveStore(
  request: MoveRequest,
  {
    catalog,
    signal,
    stderr,
  }: { readonly catalog: CatalogRows; readonly signal: AbortSignal; readonly stderr: Output },
): Promise<number> {
  if (request.source.catalog.kind === 'postgres')
    throw new ConfigError(
      'With a catalog in PostgreSQL, move it together with the photos: add --to-database with the same URL and another schema, such as …?schema=tintype_2',
    )
  await using opening = new AsyncDisposableStack()
  opening.use(await lockDirectory(request.dataDirectory))
  const to = opening.use(await openMovedStore(request.target.storage))
  const { id, storeId, state, peer } = await catalog.readMove()
  if (state !== 'live' || peer !== null)
    throw new ConfigError(
      'This library is being moved, or was moved: finish that move, or end it with --abort',
    )
  const newStoreId = await claimStore(to, id)
  if (newStoreId === storeId) {
    stderr.write(`The photos were moved to ${request.target.name}\n`)
    return 0
  }
  const from = opening.use(await openBlobReader(request.source.storage))
  const staging = opening.use(await openStagingArea({ directory: join(request.dataDirectory, 'staging') }))
  const report = opening.use(createMoveReport(stderr, await catalog.countRows(movedTable('photos'))))
  const copy = {
    stores: { from, to },
    staging,
    pace: createPace(request.rate),
    signal,
    onCopied: report.onCopied,
  }

  async function copyAll(table: (typeof movedTables)[number], rows: readonly Row[]): Promise<void> {
    const blobs = await findRowBlobs(table, rows, catalog)
    for (const [at, blob] of blobs.entries()) {
      const problem = blob && (await copyBlob(blob, copy))
      if (blob === undefined || problem === undefined) continue
      report.onBroken({ ...blob, problem })
      const { seq = null, name = null, format = null } = rows[at] ?? {}
      if (blob.subject === 'rendition') await catalog.deleteRows(table, [[seq, name, format]])
    }
    report.advance(table.name === 'photos' ? rows.length : 0)
  }

  for (const name of ['photos', 'renditions'] as const)
    for await (const rows of readPages(catalog, movedTable(name))) await copyAll(movedTable(name), rows)
  await catalog.changeMove({ storeId: newStoreId })
  report.say(`The photos were moved to ${request.target.name}; start the server with its URLs`)
  if (report.brokenPhotos() === 0) return 0
  report.say(`${report.brokenPhotos()} photos are broken: their rows were kept, their bytes were not moved`)
  return 1
}
