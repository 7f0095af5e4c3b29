import { createKeyUseCases } from '@tintype/access'
import type { Caller } from '@tintype/contract'
import { newPhotoId } from '@tintype/photos'
import type { Config } from '../../config/config.ts'
import { ConfigError } from '../../config/config-error.ts'
import { openCatalog } from '../../open-drivers.ts'
import { lockDirectory } from '../../serving/directory-lock.ts'
import { findLoss } from '../../serving/startup-checks.ts'
import type { KeyActions } from './key-actions.ts'

/** The operator, who can change the catalog's file anyway. */
const operator: Caller = {
  kind: 'key',
  id: 'command',
  scope: { includesPrivate: true },
  may: () => true,
}

/**
 * Opens the keys of a catalog. In a data directory that is in place of its server, which must be stopped; a database server
 * has them beside its servers.
 *
 * @throws ConfigError if there is no catalog, STORAGE_UNAVAILABLE if a server runs; errors of the catalog
 */
export async function openKeys({
  dataDirectory,
  catalog: settings,
}: Pick<Config, 'dataDirectory' | 'catalog'>): Promise<KeyActions> {
  await using opening = new AsyncDisposableStack()
  if (settings.kind === 'memory')
    throw new ConfigError('A library in memory ends with its server: it has no keys')
  if (settings.kind === 'sqlite') {
    refuseLoss(settings.file)
    opening.use(await lockDirectory(dataDirectory))
  }
  const catalog = opening.use(await openCatalog({ catalog: settings, durability: 'full' }))
  const keys = createKeyUseCases({ catalog, newId: newPhotoId, now: Date.now })
  const requester = { caller: operator, requestId: '' } // no request: the audit log names the command
  const owned = opening.move()
  return {
    create: (choice) => keys.create(choice, requester),
    list: () => keys.list(requester),
    rotate: (choice) => keys.rotate(choice, requester),
    revoke: (id) => keys.revoke(id, requester),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function refuseLoss(file: string): void {
  const loss = findLoss(file)
  if (loss === undefined) return
  throw new ConfigError(
    `There is no library here: ${file} is ${loss}. Start the server once, which creates it`,
  )
}
