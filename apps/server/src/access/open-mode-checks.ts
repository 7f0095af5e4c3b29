import type { CatalogReader } from '@tintype/catalog'
import type { Log } from '@tintype/photos'
import { isOnOtherHost } from '../config/access/access-conflicts.ts'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'

/**
 * Refuses to open a server that has private photos: everyone could see them.
 *
 * @throws ConfigError if there is one; errors of the catalog
 */
export async function refusePrivatePhotos(catalog: Pick<CatalogReader, 'list'>): Promise<void> {
  const { photos } = await catalog.list({ limit: 1, visibility: 'private' })
  if (photos.length === 0) return
  throw new ConfigError(
    'There are private photos, and an open server would show them to everyone. Set TINTYPE_ACCESS, or the option access, to ' +
      'closed, or make the photos public first, on a closed server',
  )
}

/** Logs that a proxy may let everyone in, unless the operator chose that. */
export function warnAboutProxy(
  { http: { publicUrl, isLoopback, isOpen }, access }: Pick<Config, 'http' | 'access'>,
  log: Log,
): void {
  if (!isLoopback || isOpen || access.isModeChosen || !isOnOtherHost(publicUrl)) return
  log.warn(
    { event: 'open-behind-proxy', publicUrl },
    'the server is open, and the public URL is on another host: everyone who reaches that host may upload, read and delete; ' +
      'set TINTYPE_ACCESS=closed, or TINTYPE_ACCESS=open if something else checks every request',
  )
}
