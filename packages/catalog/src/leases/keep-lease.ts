import { setTimeout as delay } from 'node:timers/promises'
import { type CurrentLease, holdLease } from './hold-lease.ts'
import type { GrantedLease, Leases } from './leases.ts'

/** A lease that a server wants to have. */
export interface KeepLeaseOptions {
  readonly name: string
  /** Different for each process. */
  readonly holder: string
  /** How long it is granted for at a time, milliseconds. Default: 60 000. */
  readonly durationMs?: number | undefined
  /** How often it is renewed, or requested while another holder has it, milliseconds. Default: 20 000. */
  readonly intervalMs?: number | undefined
  /** What its holder does, from the grant until `signal` is aborted: the lease is lost, or not wanted any more. Must not reject. */
  readonly work: (lease: CurrentLease) => Promise<void>
  /** Called with each answer: how far the catalog's clock is ahead of this process's, milliseconds. */
  readonly onClock?: ((aheadMs: number) => void) | undefined
}

/**
 * Requests a lease again and again in the background, and does the work while it has it. If the catalog cannot be reached, it
 * tries again. Disposing it ends the work, waits for it, and releases the lease.
 */
export function keepLease(leases: Leases, options: KeepLeaseOptions): AsyncDisposable {
  const { name, holder, durationMs = 60_000, intervalMs = 20_000, work, onClock } = options
  const stopping = new AbortController()

  /** `undefined` if another holder has it, or the catalog does not answer. */
  async function acquire(): Promise<GrantedLease | undefined> {
    try {
      const answer = await leases.acquireLease(name, { holder, durationMs })
      onClock?.(answer.nowMs - Date.now())
      return answer.lease
    } catch {
      return undefined
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const requestedAtMs = performance.now()
      const lease = await acquire()
      if (lease) {
        const held = { lease, requestedAtMs, durationMs, intervalMs, onClock, signal: stopping.signal }
        await holdLease(leases, held, work)
      }
      await delay(intervalMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
    }
  }

  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
