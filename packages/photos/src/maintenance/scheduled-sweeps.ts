import {
  type AccessWriter,
  type CurrentLease,
  type KeepLeaseOptions,
  keepLease,
  type PhotoCatalog,
} from '@tintype/catalog'
import type { BlobStore, Staging } from '@tintype/storage'
import type { Log } from '../log.ts'
import type { PhotoLibrary } from '../photo-library.ts'
import type { Quarantine } from './quarantine/quarantine.ts'
import { type QuarantineSweep, sweepQuarantine } from './quarantine/sweep-quarantine.ts'
import { removeTornRenditions } from './remove-torn-renditions.ts'
import { createRenditionKeeper, type RenditionBudget } from './rendition-budget.ts'
import { repeat } from './repeat.ts'
import { type StoredRenditions, sweepOrphans } from './sweep-orphans.ts'

const hourMs = 60 * 60 * 1000
/** Milliseconds between two sweeps while the server runs. */
const intervalMs = 6 * hourMs
/** Milliseconds between two looks whether a sweep is due, and whether files of deleted photos are to be removed. */
const checkIntervalMs = 60 * 1000
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

/** What sweeps work on. */
export interface SweepDependencies extends QuarantineSweep {
  readonly staging: Staging
  readonly blobs: BlobStore
  readonly catalog: PhotoCatalog & Pick<AccessWriter, 'forgetAccess'>
  readonly photos: Pick<PhotoLibrary, 'finishDeletions'>
  readonly quarantine: Pick<Quarantine, 'keepOrphan' | 'empty' | 'measure'>
  readonly log: Log
  /** Called when a sweep of what servers share has ended. @default nothing */
  readonly onSwept?: (() => void) | undefined
  /** Called with the renditions that there are after a sweep. @default nothing */
  readonly onCounted?: ((stored: StoredRenditions) => void) | undefined
  /** As configured: one crash leaves no more orphans. */
  readonly maxConcurrentUploads: number
  readonly auditRetentionSeconds: number
  readonly eventRetentionSeconds: number
  /** Absent if renditions may have any number of bytes. */
  readonly renditionBudget?: RenditionBudget | undefined
  /** How this server competes with others for the sweep of what they share. Absent if no other can use the library. */
  readonly lease?: Pick<KeepLeaseOptions, 'holder' | 'durationMs' | 'intervalMs' | 'onClock'> | undefined
}

/**
 * Removes, now and every six hours, what crashes left in staging and among the blobs, old idempotency keys, old audit
 * records, old events and the uses of expired upload tokens, and what has been in quarantine for longer than configured. It runs in the background: the start does not wait for it. A failure is logged, and
 * the next sweep tries again. No original is deleted before it was in quarantine for that time. Disposing it stops the sweep under way and waits for its end.
 *
 * Of several servers only the one that has the lease sweeps what they share. Its successor continues the six hours.
 */
export function startSweeps(deps: SweepDependencies): AsyncDisposable {
  const { lease, log } = deps
  const stop = new AbortController()
  const { signal } = stop

  /** Reports a failure; the next run tries again. */
  async function attempt(task: () => Promise<void>, stopped: AbortSignal): Promise<void> {
    try {
      await task()
    } catch (error) {
      if (stopped.aborted) return
      log.warn({ event: 'sweep', err: error }, 'a sweep failed; the next one tries again')
    }
  }

  async function sweepStaging(): Promise<void> {
    const leftovers = await deps.staging.sweep()
    if (leftovers > 0) log.info({ event: 'sweep', leftovers }, 'removed leftovers of crashes')
  }

  /** The bytes of other stores survive a power cut, and other servers may be writing there. */
  async function removeTorn(): Promise<void> {
    const { blobs, catalog } = deps
    if (blobs.localPath === undefined || (await catalog.readLibrary()).state !== 'live') return
    const removed = await removeTornRenditions(deps, { before: new Date(performance.timeOrigin), signal })
    if (removed > 0)
      log.info(
        { event: 'torn-renditions', removed },
        'removed renditions that a power cut left incomplete; they are made again',
      )
  }

  async function finishDeletions(stopped: AbortSignal): Promise<void> {
    const { removed, left } = await deps.photos.finishDeletions({ signal: stopped })
    if (removed > 0) log.info({ event: 'sweep', removed, left }, 'removed files of deleted photos')
  }

  /** Sweeps while this server is the one that sweeps. */
  async function sweepShared(held: CurrentLease): Promise<void> {
    let dueAtMs = performance.now() + pauseBefore(held.state)
    async function sweepIfDue(): Promise<void> {
      if (performance.now() < dueAtMs) return
      dueAtMs += intervalMs
      await sweep(deps, held.signal, lease ? 0 : await deps.staging.sweep())
      deps.onSwept?.()
      if (lease) await held.saveState(JSON.stringify({ sweptAtMs: Date.now() }))
    }
    const times = { everyMs: checkIntervalMs, signal: held.signal }
    const keep = deps.renditionBudget && createRenditionKeeper(deps, deps.renditionBudget)
    const finish = () => attempt(() => finishDeletions(held.signal), held.signal)
    await Promise.all([
      repeat(finish, { ...times, beginsNow: false }),
      repeat(() => attempt(sweepIfDue, held.signal), { ...times, beginsNow: true }),
      keep && repeat(() => attempt(() => keep(held.signal), held.signal), { ...times, beginsNow: true }),
    ])
  }

  const alone: CurrentLease = { state: '', signal, saveState: async () => undefined }
  const own = lease
    ? repeat(() => attempt(sweepStaging, signal), { everyMs: intervalMs, beginsNow: true, signal })
    : attempt(removeTorn, signal).then(() => sweepShared(alone))
  const keeping = lease && keepLease(deps.catalog, { ...lease, name: 'sweep', work: sweepShared })
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await Promise.all([own, keeping?.[Symbol.asyncDispose]()])
    },
  }
}

/** Milliseconds until the next sweep is due, after what the last sweeper has stored. */
function pauseBefore(state: string): number {
  try {
    const { sweptAtMs } = JSON.parse(state) as { readonly sweptAtMs: number }
    const pauseMs = sweptAtMs + intervalMs - Date.now()
    // A time in the future is that of a clock that was wrong.
    return pauseMs > 0 && pauseMs <= intervalMs ? pauseMs : 0
  } catch {
    return 0
  }
}

async function sweep(deps: SweepDependencies, signal: AbortSignal, staged = 0): Promise<void> {
  const { blobs, catalog, log, maxConcurrentUploads } = deps
  // After a move the store may belong to another catalog, whose photos have no row in this one.
  if ((await catalog.readLibrary()).state !== 'live') return
  const now = Date.now()
  const before = new Date(now - orphanAgeMs)
  const { stored, ...orphans } = await sweepOrphans(deps, {
    before,
    maxOrphanedOriginals: Math.max(leastDoubt, crashesBetweenSweeps * maxConcurrentUploads),
    setAside: deps.quarantine.keepOrphan,
    signal,
  })
  if (stored) deps.onCounted?.(stored)
  await catalog.forgetIdempotencyKeys(new Date(now - idempotencyAgeMs).toISOString())
  const auditBefore = new Date(now - deps.auditRetentionSeconds * 1000).toISOString()
  // An upload that began before its token expired may still be recorded: the same time as for a blob.
  await catalog.forgetAccess({ auditBefore, expiredBefore: before.toISOString() })
  await catalog.forgetEvents(new Date(now - deps.eventRetentionSeconds * 1000).toISOString())
  // What a doubted catalog may still need stays.
  if (!orphans.isCatalogDoubted) await sweepQuarantine(deps, { nowMs: now, signal })
  const leftovers = staged + ((await blobs.removeUnfinished?.(before)) ?? 0)
  if (orphans.isCatalogDoubted) log.error({ event: 'sweep', ...orphans }, doubt)
  const facts = { event: 'sweep', leftovers, ...orphans }
  if (orphans.setAside > 0) log.warn(facts, setAside)
  else if (orphans.left > 0) log.warn(facts, left)
  else if (leftovers + orphans.removed > 0) log.info(facts, 'removed leftovers of crashes')
}
