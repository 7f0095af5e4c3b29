import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type CatalogRows, movedTable } from '@tintype/catalog'
import {
  copyChanges,
  copyTables,
  createPace,
  type Move,
  type MovedStores,
  switchLibrary,
} from '@tintype/photos'
import { ConfigError } from '../../config/config-error.ts'
import { openBlobReader, openMovedStore, openStagingArea } from '../../open-drivers.ts'
import type { Output } from '../command-context.ts'
import { createMoveReport, type MoveReport } from './move-progress.ts'
import { type Charge, checkEnds, claimStore, takeCharge } from './prepare-move.ts'
import type { MoveRequest } from './read-move.ts'

/** Milliseconds between two looks at what was changed, while a server of the target is awaited. */
const pauseMs = 100

/** With fewer changes than this in one look, the move is as good as done. */
const fewChanges = 500

/** More broken originals than this point to a disk that is not mounted. */
const fewBroken = { count: 10, share: 0.1 }

/** What a move runs with. */
export interface MoveContext {
  readonly source: CatalogRows
  readonly target: CatalogRows
  readonly signal: AbortSignal
  readonly stderr: Output
}

/** Moves rows, and blobs if the store changes, beside the source's servers. @returns 1 if photos are broken, otherwise 0 */
export async function moveLibrary(request: MoveRequest, context: MoveContext): Promise<number> {
  const { source, target, signal, stderr } = context
  const { name } = request.target
  const start = await checkEnds(request, context)
  if (start === 'finish') await target.changeMove({ state: 'live', peer: null, isSwitchWanted: false })
  if (start !== 'copy') {
    stderr.write(`The library was moved to ${name}\n`)
    return 0
  }
  await using opening = new AsyncDisposableStack()
  const stores = request.movesStorage ? await openStores(request, opening) : undefined
  const from = await source.readMove()
  const storeId = stores ? await claimStore(stores.to, from.id) : from.storeId
  const comparesBlobs = (await target.countRows(movedTable('photos'))) > 0
  const charge = await takeCharge(request, { source, target, storeId })
  const staging = opening.use(await openStagingArea({ directory: join(request.dataDirectory, 'staging') }))
  const total = await source.countRows(movedTable('photos'))
  const report = opening.use(createMoveReport(stderr, total))
  const { onBroken, onCopied } = report
  const shared = {
    source,
    target,
    stores,
    staging,
    pace: createPace(request.rate),
    signal,
    onBroken,
    onCopied,
  }
  const move: Move = { ...shared, comparesBlobs }

  const watch = async (photos: number) => {
    signal.throwIfAborted()
    await charge.confirm()
    report.advance(photos)
  }
  await copyTables(move, watch)
  report.say('Everything is copied; every row is compared once more')
  const settled = { ...move, comparesBlobs: false }
  await copyTables(settled, () => watch(0))
  refuseManyBroken(report, total)
  await catchUp(settled, { charge, request, report })
  const pausedMs = await switchLibrary(settled, { targetName: name, leftOut: report.brokenRenditions })
  report.say(`The library was moved to ${name}; writes were refused for ${(pausedMs / 1000).toFixed(1)} s`)
  if (report.brokenPhotos() === 0) return 0
  report.say(`${report.brokenPhotos()} photos are broken: their rows were moved, their bytes were not`)
  return 1
}

async function openStores(
  { source, target }: MoveRequest,
  opening: AsyncDisposableStack,
): Promise<MovedStores> {
  const from = opening.use(await openBlobReader(source.storage))
  return { from, to: opening.use(await openMovedStore(target.storage)) }
}

function refuseManyBroken(report: MoveReport, total: number): void {
  const broken = report.brokenPhotos()
  if (broken === 0 || (broken < total && broken <= Math.max(fewBroken.count, total * fewBroken.share))) return
  throw new ConfigError(
    `${broken} of ${total} originals are broken at the source: is its disk mounted? Nothing was switched. Repair the library with "tintype doctor", or run the same command again when its files are back`,
  )
}

/** Copies changes until few are left, and then until a server of the target asks for the switch. */
async function catchUp(
  move: Move,
  {
    charge,
    request,
    report,
  }: { readonly charge: Charge; readonly request: MoveRequest; readonly report: MoveReport },
): Promise<void> {
  let isReady = request.switchesAtOnce
  for (;;) {
    move.signal.throwIfAborted()
    await charge.confirm()
    const count = await copyChanges(move)
    if (count >= fewChanges) continue
    if (request.switchesAtOnce || (await move.target.readMove()).isSwitchWanted) return
    if (!isReady)
      report.say(
        `Ready: start a server with the URLs of ${request.target.name}; the library switches to it then`,
      )
    isReady = true
    await delay(pauseMs, undefined, { signal: move.signal })
  }
}
