import type { Lease, LeaseAnswer, Leases } from '../../leases/leases.ts'

/** Runs work of an open catalog. */
type Run = <Result>(work: () => Result) => Promise<Result>

interface StoredLease extends Lease {
  readonly untilMs: number
  readonly state: string
}

/** Leases in memory, by the clock of the process. */
export function createMemoryLeases(run: Run): Leases {
  const stored = new Map<string, StoredLease>()

  function grant({ untilMs, ...lease }: StoredLease, nowMs: number): LeaseAnswer {
    stored.set(lease.name, { ...lease, untilMs })
    return { nowMs, lease }
  }

  const findHeld = ({ name, holder, epoch }: Lease): StoredLease | undefined => {
    const found = stored.get(name)
    return found?.holder === holder && found.epoch === epoch ? found : undefined
  }

  return {
    acquireLease: (name, { holder, durationMs }) =>
      run(() => {
        const nowMs = Date.now()
        const found = stored.get(name)
        if (found !== undefined && found.holder !== holder && found.untilMs > nowMs) return { nowMs }
        const { epoch = 0, state = '' } = found ?? {}
        return grant({ name, holder, epoch: epoch + 1, untilMs: nowMs + durationMs, state }, nowMs)
      }),
    renewLease: (lease, { durationMs, state }) =>
      run(() => {
        const nowMs = Date.now()
        const found = findHeld(lease)
        if (found === undefined) return { nowMs }
        return grant({ ...found, untilMs: nowMs + durationMs, state: state ?? found.state }, nowMs)
      }),
    releaseLease: (lease) =>
      run(() => {
        const found = findHeld(lease)
        if (found !== undefined) stored.set(lease.name, { ...found, untilMs: 0 })
      }),
  }
}
