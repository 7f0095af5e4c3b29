import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { storageDirectory } from '../config/engines/storage-url.ts'
import { lastBackupOf } from './last-backup.ts'
import { measureDirectory } from './measure-directory.ts'
import type { Metrics } from './metrics.ts'

/** Milliseconds for which the size of the quarantine is kept: reading it reads its directories. */
const quarantineAgeMs = 10 * 60_000

/** Adds the space on the disks that the server writes to, the size of the quarantine, and the time of the last backup. */
export function addDiskGauges(
  metrics: Metrics,
  { dataDirectory, storage }: Pick<Config, 'dataDirectory' | 'storage'>,
): void {
  const media = storageDirectory(storage)
  const places = { data: dataDirectory, ...(media === undefined ? {} : { media }) }
  // A disk that is away must not hide the numbers of the other one.
  const ofEach = async (measure: (directory: string) => Promise<number>) => {
    const numbers = await Promise.all(
      Object.entries(places).map(async ([place, path]) => [
        place,
        await measure(path).catch(() => undefined),
      ]),
    )
    return Object.fromEntries(numbers.filter(([, number]) => number !== undefined))
  }
  metrics.gauges({
    name: 'tintype_disk_free_bytes',
    help: 'Bytes that Tintype can still write on the disk of its data directory and of its media',
    label: 'place',
    read: () => ofEach(async (path) => statfs(path).then(({ bavail, bsize }) => bavail * bsize)),
  })
  metrics.gauges({
    name: 'tintype_disk_size_bytes',
    help: 'Size of these disks',
    label: 'place',
    read: () => ofEach(async (path) => statfs(path).then(({ blocks, bsize }) => blocks * bsize)),
  })
  const quarantine = join(dataDirectory, 'quarantine')
  const measured = measureDirectory(quarantine, { maxAgeMs: quarantineAgeMs })
  metrics.gauge('tintype_quarantine_files', 'Files in quarantine/, ten minutes old at most', async () =>
    measured().then(({ files }) => files),
  )
  metrics.gauge('tintype_quarantine_bytes', 'Their bytes', async () =>
    measured().then(({ byteSize }) => byteSize),
  )
  metrics.gauge(
    'tintype_last_backup_timestamp_seconds',
    'When the last backup by "tintype backup" began, in Unix time; 0 if there is none',
    () => lastBackupOf(dataDirectory),
  )
}
