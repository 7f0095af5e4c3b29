import { setTimeout as delay } from 'node:timers/promises'
import { TintypeError } from '@tintype/contract'
import type { GrantedLease, Leases } from './leases.ts'

/** A lease while it is held. */
export interface CurrentLease {
  /** As the last holder left it; '' at first. */
  readonly state: string
  /** Aborted as soon as another server may have the lease, or when it is not wanted any more. */
  readonly signal: AbortSignal
  /** Stores the state for the next holder. Lost if the catalog cannot be reached, or with the lease. */
  saveState(state: string): Promise<void>
}

/** A lease that was just granted. */
export interface HoldOptions {
  readonly lease: GrantedLease
  /** When it was requested, as `performance.now()` counts. */
  readonly requestedAtMs: number
  readonly durationMs: number
  readonly intervalMs: number
  readonly onClock?: ((aheadMs: number) => void) | undefined
  /** Aborted when the lease is not wanted any more. */
  readonly signal: AbortSignal
}

/**
 * Does work under a lease, which is renewed until the work ends. If it is lost, or cannot be renewed before it ends, the work's
 * signal is aborted. Afterwards the lease is released.
 *
 * @throws what `work` throws
 */
export async function holdLease(
  leases: Leases,
  options: HoldOptions,
  work: (lease: CurrentLease) => Promise<void>,
): Promise<void> {
  const { lease, durationMs, intervalMs } = options
  const lost = new AbortController()
  const ended = new AbortController()
  const signal = AbortSignal.any([options.signal, lost.signal])
  // By this process's own clock, which nothing sets back, from before the request: earlier than the catalog's.
  let endsAtMs = options.requestedAtMs + durationMs

  let renewing: Promise<void> = Promise.resolve()

  async function renewNow(state?: string): Promise<void> {
    const requestedAtMs = performance.now()
    const answer = await leases.renewLease(lease, { durationMs, state }).catch(() => undefined)
    if (answer === undefined) return
    options.onClock?.(answer.nowMs - Date.now())
    if (answer.lease === undefined) lose()
    else endsAtMs = Math.max(endsAtMs, requestedAtMs + durationMs)
  }

  /** One after another: none may arrive after the release. */
  function renew(state?: string): Promise<void> {
    renewing = renewing.then(() => renewNow(state))
    return renewing
  }

  const lose = () => lost.abort(new TintypeError('ABORTED', 'Another server has the lease'))

  async function watch(): Promise<void> {
    for (;;) {
      const pauseMs = Math.min(intervalMs, endsAtMs - performance.now())
      await delay(Math.max(0, pauseMs), undefined, { signal: ended.signal, ref: false })
      if (performance.now() >= endsAtMs) return lose()
      void renew()
    }
  }

  const watching = watch().catch(() => undefined) // ended
  try {
    await work({ state: lease.state, signal, saveState: renew })
  } finally {
    ended.abort()
    await watching
    await renewing
    if (!lost.signal.aborted) await leases.releaseLease(lease).catch(() => undefined)
  }
}
