import type { PhotoCatalog } from '@tintype/catalog'
import { isTintypeError } from '@tintype/contract'
import type { BlobStore, Staging } from '@tintype/storage'
import type { Log } from '../log.ts'
import type { PhotoLibrary } from '../photo-library.ts'
import type { Quarantine } from './quarantine.ts'
import { sweepOrphans } from './sweep-orphans.ts'

const hourMs = 60 * 60 * 1000
/** How often the data directory is tidied while the server runs. */
const intervalMs = 6 * hourMs
/** How often the bytes of deleted photos that would not go are tried again. */
const retryIntervalMs = 60 * 1000
/** A blob without a row is left alone for this long: longer than any upload can take. */
export const orphanAgeMs = 2 * hourMs
/** How long an upload can be repeated with its idempotency key. */
const idempotencyAgeMs = 7 * 24 * hourMs

/** So many crashes may come between two sweeps before what they left looks like a wrong catalog. */
const crashesBetweenSweeps = 4
const leastDoubt = 256
const doubt =
  'many originals have no row, as if the catalog were an older one: nothing was touched; run "tintype doctor"'
const setAside =
  'originals without a row are in quarantine/ now: a crash leaves some, and a catalog that is older than its files'
const left = 'what no row names would not go, and stays'

/**
 * Tidies up in the background, now and every six hours: staging leftovers and orphans of a crash, and old
 * idempotency keys. Start-up does not wait for it. A failure is logged and tried again the next time. No original is
 * deleted.
 */
export function startSweeps(deps: {
  staging: Staging
  blobs: BlobStore
  catalog: PhotoCatalog
  photos: Pick<PhotoLibrary, 'removeRememberedBytes'>
  quarantine: Pick<Quarantine, 'keepOrphan'>
  log: Log
  /** As configured: one crash leaves no more orphans. */
  maxConcurrentUploads: number
}): AsyncDisposable {
  const stop = new AbortController()
  const options = {
    maxOrphanedOriginals: Math.max(leastDoubt, crashesBetweenSweeps * deps.maxConcurrentUploads),
    setAside: deps.quarantine.keepOrphan,
    signal: stop.signal,
  }

  async function sweep() {
    try {
      const leftovers = await deps.staging.sweep()
      const now = Date.now()
      const before = new Date(now - orphanAgeMs)
      const orphans = await sweepOrphans(deps, { ...options, before })
      await deps.catalog.forgetIdempotencyKeys(new Date(now - idempotencyAgeMs).toISOString())
      if (orphans.isCatalogDoubted) deps.log.error({ event: 'sweep', ...orphans }, doubt)
      const facts = { event: 'sweep', leftovers, ...orphans }
      if (orphans.setAside > 0) deps.log.warn(facts, setAside)
      else if (orphans.left > 0) deps.log.warn(facts, left)
      else if (leftovers + orphans.removed > 0) deps.log.info(facts, 'swept')
    } catch (error) {
      if (stop.signal.aborted) return
      deps.log.warn({ event: 'sweep', err: isTintypeError(error) ? error.cause : error }, 'a sweep failed')
    }
  }

  async function retryDeletions() {
    const { removed, left } = await deps.photos.removeRememberedBytes()
    if (removed > 0) deps.log.info({ event: 'sweep', removed, left }, 'removed what deletions had left')
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
