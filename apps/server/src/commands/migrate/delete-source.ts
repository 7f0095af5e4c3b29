import { type CatalogRows, keyOf, movedTable, movedTables, type Row } from '@tintype/catalog'
import { checkBlob, findRowBlobs, readPages } from '@tintype/photos'
import { ConfigError } from '../../config/config-error.ts'
import { openBlobReader, openMovedStore } from '../../open-drivers.ts'
import type { MoveContext } from './move-library.ts'
import { createMoveReport } from './move-progress.ts'
import type { MoveRequest } from './read-move.ts'

/**
 * Deletes photos and rows of a source that was left by a move. First every photo that the target still has is read there and compared;
 * if one is broken, nothing is deleted.
 *
 * @returns 1 if one is broken, otherwise 0
 */
export async function deleteSource(request: MoveRequest, context: MoveContext): Promise<number> {
  const { source, target, signal, stderr } = context
  const [from, to] = [await source.readMove(), await target.readMove()]
  if (from.state !== 'moved' || from.id !== to.id || to.state !== 'live')
    throw new ConfigError('Nothing was deleted: the library was not moved from here to there')
  await using opening = new AsyncDisposableStack()
  const report = opening.use(createMoveReport(stderr, await source.countRows(movedTable('photos'))))
  const there = opening.use(await openBlobReader(request.target.storage))
  for await (const rows of readPages(source, movedTable('photos'))) {
    for (const blob of await findKept(rows, target)) {
      signal.throwIfAborted()
      const problem = await checkBlob({ blobs: there, ...blob }, { signal })
      if (problem) report.onBroken({ ...blob, problem })
    }
    report.advance(rows.length)
  }
  if (report.brokenPhotos() > 0) {
    report.say(`${report.brokenPhotos()} photos are broken at the target. Nothing was deleted`)
    return 1
  }
  if (request.movesStorage) await deleteBlobs(request, context)
  await source.stopNoting()
  for (const table of movedTables.toReversed())
    for await (const rows of readPages(source, table))
      await source.deleteRows(
        table,
        rows.map((row) => keyOf(table, row)),
      )
  report.say(`Everything was deleted from ${request.source.name}`)
  return 0
}

/** The originals of the photos that the target has; the others were deleted there since the move. */
async function findKept(rows: readonly Row[], target: CatalogRows) {
  const photos = movedTable('photos')
  const kept = await target.readRows(
    photos,
    rows.map((row) => keyOf(photos, row)),
  )
  return (await findRowBlobs(photos, kept, target)).filter((blob) => blob !== undefined)
}

async function deleteBlobs({ source: end }: MoveRequest, { source, signal }: MoveContext): Promise<void> {
  await using blobs = await openMovedStore(end.storage)
  for (const name of ['renditions', 'photos'] as const)
    for await (const rows of readPages(source, movedTable(name)))
      for (const blob of await findRowBlobs(movedTable(name), rows, source)) {
        signal.throwIfAborted()
        if (blob) await blobs.delete(blob.key)
      }
}
