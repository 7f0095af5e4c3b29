import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { type DirectorySize, measureDirectory } from './measure-directory.ts'
import type { Metrics } from './metrics.ts'

/** Milliseconds for which the size of a directory is kept: reading it reads all that is below. */
const maxAgeMs = 10 * 60_000

/**
 * Adds the files in quarantine and their bytes. On disk they are measured when the metrics are read.
 *
 * @returns the function that sets them, if the quarantine is in a bucket: listing that can take long or fail, so sweeps do it. Until
 *   the first one there is no number
 */
export function addQuarantineGauges(
  metrics: Metrics,
  { dataDirectory, storage }: Pick<Config, 'dataDirectory' | 'storage'>,
): ((size: DirectorySize) => void) | undefined {
  const isInBucket = storage.kind === 's3'
  let swept: DirectorySize = { files: Number.NaN, byteSize: Number.NaN }
  const measured = measureDirectory(join(dataDirectory, 'quarantine'), { maxAgeMs })
  const read = async () => (isInBucket ? swept : await measured())
  const age = isInBucket
    ? 'of the bucket, by the last sweep'
    : 'of the data directory, ten minutes old at most'
  metrics.gauge('tintype_quarantine_files', `Files in quarantine/ ${age}`, async () => (await read()).files)
  metrics.gauge(
    'tintype_quarantine_bytes',
    `Bytes in quarantine/ ${age}`,
    async () => (await read()).byteSize,
  )
  if (!isInBucket) return undefined
  return (size) => {
    swept = size
  }
}
