import { randomUUID } from 'node:crypto'
import { createQuarantine, type RenditionBudget, type SweepDependencies, startSweeps } from '@tintype/photos'
import type { Config } from '../config/config.ts'
import { watchClock } from '../observability/watch-clock.ts'
import { openQuarantineStore } from '../open-drivers.ts'

/** Starts the sweeps of a server. Disposing the result stops them. */
export function startSweeping(
  config: Config,
  {
    madeByteSize,
    ...engines
  }: Pick<
    SweepDependencies,
    'staging' | 'blobs' | 'catalog' | 'photos' | 'log' | 'onSwept' | 'onCounted' | 'onQuarantine'
  > &
    Pick<RenditionBudget, 'madeByteSize'>,
): AsyncDisposable {
  const quarantine = createQuarantine({ ...engines, openStore: () => openQuarantineStore(config) })
  // Other servers can use a database server's catalog; a file's is locked with the data directory.
  const isShared = config.catalog.kind === 'postgres'
  return startSweeps({
    ...engines,
    quarantine,
    maxConcurrentUploads: config.limits.maxConcurrentUploads,
    auditRetentionSeconds: config.access.auditRetentionSeconds,
    renditionBudget:
      config.renditionCache.maxByteSize === undefined
        ? undefined
        : { maxByteSize: config.renditionCache.maxByteSize, madeByteSize, onCounted: engines.onCounted },
    eventRetentionSeconds: config.eventRetentionSeconds,
    quarantineRetentionSeconds: config.quarantineRetentionSeconds,
    lease: isShared ? { holder: randomUUID(), onClock: watchClock(engines.log) } : undefined,
  })
}
