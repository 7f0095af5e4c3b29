import type { Log } from '@tintype/photos'
import type { Config } from '../config/config.ts'

/** Logs which promises the settings give up. */
export function warnAboutSettings(
  { durability, inspection }: Pick<Config, 'durability' | 'inspection'>,
  log: Log,
): void {
  if (durability === 'relaxed')
    log.warn(
      { event: 'durability' },
      'durability is relaxed: a power cut can lose or break acknowledged photos; "tintype doctor" finds them',
    )
  if (inspection === 'header')
    log.warn(
      { event: 'inspection' },
      'uploads are not decoded: an acknowledged photo may prove to be unreadable',
    )
}
