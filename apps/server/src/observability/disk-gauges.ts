import { stat, statfs } from 'node:fs/promises'
import type { Config } from '../config/config.ts'
import { storageDirectory } from '../config/engines/storage-url.ts'
import { lastBackupOf } from './last-backup.ts'
import type { Metrics } from './metrics.ts'

/** The disk that a path is on; `undefined` if the path does not exist. */
const deviceOf = (path: string) =>
  stat(path).then(
    ({ dev }) => dev,
    () => undefined,
  )

/** Adds the space on the disks that the server writes to, and the time of the last backup. */
export function addDiskGauges(
  metrics: Metrics,
  { dataDirectory, storage }: Pick<Config, 'dataDirectory' | 'storage'>,
): void {
  const media = storageDirectory(storage)
  const places = { data: dataDirectory, ...(media === undefined ? {} : { media }) }
  const devices = new Map(Object.values(places).map((path) => [path, deviceOf(path)]))
  const measureDisk = async (path: string) => {
    const device = await devices.get(path)
    if (device !== undefined && (await deviceOf(path)) !== device) throw new Error('the disk is away')
    return await statfs(path)
  }
  // A disk that is away has no numbers, not those of the disk below its mount point. It must not hide those of the other one.
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
    read: () => ofEach(async (path) => measureDisk(path).then(({ bavail, bsize }) => bavail * bsize)),
  })
  metrics.gauges({
    name: 'tintype_disk_size_bytes',
    help: 'Size of these disks',
    label: 'place',
    read: () => ofEach(async (path) => measureDisk(path).then(({ blocks, bsize }) => blocks * bsize)),
  })
  metrics.gauge(
    'tintype_last_backup_timestamp_seconds',
    'When the last backup by "tintype backup" began, in Unix time; 0 if there is none',
    () => lastBackupOf(dataDirectory),
  )
}
