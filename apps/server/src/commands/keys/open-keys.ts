import { createKeyUseCases } from '@tintype/access'
import type { Caller } from '@tintype/contract'
import { newPhotoId } from '@tintype/photos'
import { ConfigError } from '../../config/config-error.ts'
import { openCatalog } from '../../open-drivers.ts'
import { lockDirectory } from '../../serving/directory-lock.ts'
import { findLoss } from '../../serving/startup-checks.ts'
import type { LibraryPaths } from '../open-library.ts'
import type { KeyActions } from './key-actions.ts'

/** The operator, who can change the catalog's file anyway. */
const operator: Caller = {
  kind: 'key',
  id: 'command',
  scope: { includesPrivate: true },
  may: () => true,
}

/**
 * Opens the keys of a data directory, in place of its server, which must be stopped.
 *
 * @throws ConfigError if there is no catalog, STORAGE_UNAVAILABLE if a server runs; errors of the catalog
 */
export async function openKeys({
  dataDirectory,
  catalogFile,
}: Pick<LibraryPaths, 'dataDirectory' | 'catalogFile'>): Promise<KeyActions> {
  const loss = findLoss(catalogFile)
  if (loss)
    throw new ConfigError(
      `There is no library here: ${catalogFile} is ${loss}. Start the server once, which creates it`,
    )
  await using opening = new AsyncDisposableStack()
  opening.use(await lockDirectory(dataDirectory))
  const catalog = opening.use(
    await openCatalog({ catalog: { kind: 'sqlite', file: catalogFile }, durability: 'full' }),
  )
  const keys = createKeyUseCases({ catalog, newId: newPhotoId, now: Date.now })
  const requester = { caller: operator, requestId: '' } // no request: the audit log names the command
  const owned = opening.move()
  return {
    create: (wish) => keys.create(wish, requester),
    list: () => keys.list(requester),
    rotate: (wish) => keys.rotate(wish, requester),
    revoke: (id) => keys.revoke(id, requester),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
