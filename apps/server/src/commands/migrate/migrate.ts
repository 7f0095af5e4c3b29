import { existsSync } from 'node:fs'
import type { CatalogRows } from '@tintype/catalog'
import { ConfigError } from '../../config/config-error.ts'
import { openCatalogRows } from '../../open-drivers.ts'
import { abortOnSignals, type CommandContext } from '../command-context.ts'
import { deleteSource } from './delete-source.ts'
import { moveLibrary } from './move-library.ts'
import { moveStore } from './move-store.ts'
import { type MoveRequest, readMove } from './read-move.ts'

/**
 * `tintype migrate`: moves a library to other engines, in any direction. Killed at any point, the same command continues.
 *
 * @returns 1 if something is wrong with a photo, otherwise 0
 */
export async function migrate(context: CommandContext): Promise<number> {
  const { signals, stderr } = context
  const request = readMove(context)
  const { catalog } = request.source
  if (catalog.kind === 'sqlite' && !existsSync(catalog.file))
    throw new ConfigError(`There is no library here: ${catalog.file} is missing`)
  const signal = abortOnSignals(signals)
  await using opening = new AsyncDisposableStack()
  const source = opening.use(await openCatalogRows(catalog))
  if (!request.movesCatalog && request.task === 'move')
    return await moveStore(request, { catalog: source, signal, stderr })
  if (!request.movesCatalog)
    throw new ConfigError(
      'Only the photos were moved: nothing is left to abort. Remove the files of the old storage by hand, once "tintype doctor --bytes" finds nothing',
    )
  const target = opening.use(await openCatalogRows(request.target.catalog))
  if (request.task === 'abort') return await abort(request, { source, target, stderr })
  if (request.task === 'delete-source') return await deleteSource(request, { source, target, signal, stderr })
  return await moveLibrary(request, { source, target, signal, stderr })
}

/** Ends a move before its switch. What was copied stays at the target, and is used by the next move to it. */
async function abort(
  { source: from, target: to }: MoveRequest,
  {
    source,
    target,
    stderr,
  }: { readonly source: CatalogRows; readonly target: CatalogRows } & Pick<CommandContext, 'stderr'>,
): Promise<number> {
  const [here, there] = [await source.readMove(), await target.readMove()]
  if (here.state === 'moved')
    throw new ConfigError(`The library was moved to ${here.peer}: lead it back by a move from there`)
  if (here.state !== 'arriving' && here.id === there.id && there.state === 'arriving')
    await target.changeMove({ state: 'moved', peer: from.name, isSwitchWanted: false })
  else if (here.peer !== to.name) throw new ConfigError(`This library is not being moved to ${to.name}`)
  await source.changeMove({ state: 'live', peer: null, runner: null })
  await source.stopNoting()
  stderr.write(`The move was ended; the library stays in ${from.name}\n`)
  return 0
}
