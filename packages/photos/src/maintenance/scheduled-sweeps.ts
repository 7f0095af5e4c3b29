import type { AccessWriter, PhotoCatalog } from '@tintype/catalog'
import type { BlobStore, Staging } from '@tintype/storage'
import type { Log } from '../log.ts'
import type { PhotoLibrary } from '../photo-library.ts'
import type { Quarantine } from './quarantine.ts'
import { sweepOrphans } from './sweep-orphans.ts'

const hourMs = 60 * 60 * 1000
/** Milliseconds between two sweeps while the server runs. */
const intervalMs = 6 * hourMs
/** Milliseconds between two tries to remove files of deleted photos that could not be removed before. */
const retryIntervalMs = 60 * 1000
/** A blob without a row stays for this long: longer than any upload can take. */
export const orphanAgeMs = 2 * hourMs
/** How long an upload can be repeated with its idempotency key. */
const idempotencyAgeMs = 7 * 24 * hourMs

/** More orphans than this many crashes leave between two sweeps look like a wrong catalog. */
const crashesBetweenSweeps = 4
const leastDoubt = 256
const doubt =
  'too many originals have no row; the catalog may be an older copy. Nothing was changed. Run "tintype doctor"'
const setAside =
  'originals without a row were moved to quarantine/; a crash leaves some, and so does a catalog older than its files'
const left = 'some orphaned files could not be removed'

/**
 * Removes, now and every six hours, what crashes left in staging and among the blobs, old idempotency keys, old audit records
 * and the uses of expired upload tokens. It runs in the background: the start does not wait for it. A failure is logged, and
 * the next sweep tries again. No original is deleted. Disposing it stops the sweep under way and waits for its end.
 */
export function startSweeps(deps: {
  staging: Staging
  blobs: BlobStore
  catalog: PhotoCatalog & Pick<AccessWriter, 'forgetAccess'>
  photos: Pick<PhotoLibrary, 'removeRememberedBytes'>
  quarantine: Pick<Quarantine, 'keepOrphan'>
  log: Log
  /** As configured: one crash leaves no more orphans. */
  maxConcurrentUploads: number
  auditRetentionSeconds: number
}): AsyncDisposable {
  const stop = new AbortController()
  const options = {
    maxOrphanedOriginals: Math.max(leastDoubt, crashesBetweenSweeps * deps.maxConcurrentUploads),
    setAside: deps.quarantine.keepOrphan,
    signal: stop.signal,
  }

  async function sweep() {
    try {
      const now = Date.now()
      const before = new Date(now - orphanAgeMs)
      const staged = await deps.staging.sweep()
      const orphans = await sweepOrphans(deps, { ...options, before })
      await deps.catalog.forgetIdempotencyKeys(new Date(now - idempotencyAgeMs).toISOString())
      const auditBefore = new Date(now - deps.auditRetentionSeconds * 1000).toISOString()
      // An upload that began before its token expired may still be recorded: the same time as for a blob.
      await deps.catalog.forgetAccess({ auditBefore, expiredBefore: before.toISOString() })
      const leftovers = staged + ((await deps.blobs.removeUnfinished?.(before)) ?? 0)
      if (orphans.isCatalogDoubted) deps.log.error({ event: 'sweep', ...orphans }, doubt)
      const facts = { event: 'sweep', leftovers, ...orphans }
      if (orphans.setAside > 0) deps.log.warn(facts, setAside)
      else if (orphans.left > 0) deps.log.warn(facts, left)
      else if (leftovers + orphans.removed > 0) deps.log.info(facts, 'removed leftovers of crashes')
    } catch (error) {
      if (stop.signal.aborted) return
      deps.log.warn({ event: 'sweep', err: error }, 'a sweep failed; the next one tries again')
    }
  }

  async function retryDeletions() {
    const { removed, left } = await deps.photos.removeRememberedBytes()
    if (removed > 0) deps.log.info({ event: 'sweep', removed, left }, 'removed files of deleted photos')
  }

  let sweeping = sweep()
  let retrying = Promise.resolve()
  const timers = [
    setInterval(() => {
      sweeping = sweeping.then(sweep)
    }, intervalMs),
    setInterval(() => {
      retrying = retrying.then(retryDeletions)
    }, retryIntervalMs),
  ]
  for (const timer of timers) timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer)
      stop.abort()
      await Promise.all([sweeping, retrying])
    },
  }
}
