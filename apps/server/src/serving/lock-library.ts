import type { Config } from '../config/config.ts'
import { lockDirectory } from './directory-lock.ts'
import { placesOf, refuseUnmounted } from './refuse-unmounted.ts'
import { refuseLostCatalog } from './startup-checks.ts'

/**
 * Locks the data directory for this process, if the library's disks are mounted and its catalog is not lost.
 *
 * @throws ConfigError of `refuseUnmounted` and `refuseLostCatalog`; STORAGE_UNAVAILABLE of `lockDirectory`; errors of the store
 */
export async function lockLibrary(config: Config): Promise<Disposable> {
  refuseUnmounted(placesOf(config), config)
  using opening = new DisposableStack()
  opening.use(await lockDirectory(config.dataDirectory))
  await refuseLostCatalog(config)
  return opening.move()
}
