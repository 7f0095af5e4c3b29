import { randomBytes } from 'node:crypto'
import { type CatalogRows, type MoveRecord, movedTable } from '@tintype/catalog'
import { hasOriginals } from '@tintype/photos'
import type { BlobStore } from '@tintype/storage'
import { ConfigError } from '../../config/config-error.ts'
import type { MoveRequest } from './read-move.ts'

/** What a move may begin or continue with. */
export type MoveStart = 'copy' | 'finish' | 'finished'

/**
 * Decides what is left to do, from the states of both catalogs. Changes nothing.
 *
 * @throws ConfigError if the two ends do not fit together
 */
export async function checkEnds(
  request: MoveRequest,
  { source, target }: { readonly source: CatalogRows; readonly target: CatalogRows },
): Promise<MoveStart> {
  const [from, to] = [await source.readMove(), await target.readMove()]
  const isSame = from.id === to.id
  if (from.state === 'moved' && isSame && from.peer === request.target.name)
    return to.state === 'live' ? 'finished' : 'finish'
  if (from.state === 'moved') throw new ConfigError(`This library was moved to ${from.peer} already`)
  if (from.state === 'arriving')
    throw new ConfigError(
      `A move into this library, from ${from.peer}, has not ended: finish it, or end it with --abort`,
    )
  if (from.peer !== null && from.peer !== request.target.name)
    throw new ConfigError(
      `This library is being moved to ${from.peer}: finish that move, or end it with --abort`,
    )
  if (isSame && to.state !== 'live') return 'copy'
  if (!isSame && to.state === 'live' && (await isNew(target, to))) return 'copy'
  throw new ConfigError(
    `The database ${request.target.name} has a library already: a move needs a new database, a new schema, or the place that this library was moved from`,
  )
}

async function isNew(target: CatalogRows, { storeId }: MoveRecord): Promise<boolean> {
  return storeId === null && (await target.readLastNumber(movedTable('photos'))) === 0
}

/** Claims the store that a library is moved to. @returns its id @throws ConfigError if it has other photos */
export async function claimStore(blobs: BlobStore, libraryId: string): Promise<string> {
  const found = await blobs.readClaim()
  if (found === undefined && (await hasOriginals(blobs)))
    throw new ConfigError('There are photos in the storage to move to: a move needs an empty one')
  const claim = found ?? (await blobs.claim({ libraryId, storeId: randomBytes(16).toString('hex') }))
  if (claim.libraryId === libraryId) return claim.storeId
  throw new ConfigError('The storage to move to belongs to another library: a move needs an empty one')
}

/** A run that has charge of a move. The newest one has it: an older one that still runs stops. */
export interface Charge {
  /** @throws ConfigError if another run has taken over */
  confirm(): Promise<void>
}

/** Takes charge of a move, and marks both ends, so that no server starts on the target before the switch. */
export async function takeCharge(
  request: MoveRequest,
  {
    source,
    target,
    storeId,
  }: { readonly source: CatalogRows; readonly target: CatalogRows; readonly storeId: string | null },
): Promise<Charge> {
  const runner = randomBytes(16).toString('hex')
  const { id } = await source.readMove()
  await target.stopNoting()
  await target.changeMove({ id, storeId, state: 'arriving', peer: request.source.name })
  // A run that was killed at its end may have left the fence.
  await source.changeMove({ state: 'live', peer: request.target.name, runner })
  await source.startNoting()
  return {
    async confirm() {
      if ((await source.readMove()).runner === runner) return
      throw new ConfigError('Another "tintype migrate" has taken over this move, or it was aborted')
    },
  }
}
