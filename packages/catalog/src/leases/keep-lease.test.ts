import { once } from 'node:events'
import { expect, test } from 'vitest'
import { openMemoryCatalog } from '../drivers/memory.ts'
import type { CurrentLease } from './hold-lease.ts'
import { keepLease } from './keep-lease.ts'
import type { Leases } from './leases.ts'

/** A holder whose work lasts as long as its lease. Grants and losses can be awaited. */
function want(leases: Leases, holder: string, times: { durationMs: number; intervalMs: number }) {
  const grants: CurrentLease[] = []
  let arrived = Promise.withResolvers<CurrentLease>()
  const work = async (lease: CurrentLease) => {
    grants.push(lease)
    arrived.resolve(lease)
    arrived = Promise.withResolvers()
    await untilAborted(lease.signal)
  }
  const keeping = keepLease(leases, { name: 'sweep', holder, ...times, work })
  return {
    grants,
    nextGrant: () => arrived.promise,
    [Symbol.asyncDispose]: () => keeping[Symbol.asyncDispose](),
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

/** A lease for an hour is renewed never, and requested all the time. */
const long = { durationMs: 3_600_000, intervalMs: 1 }

test('one of two works; when it stops, the other takes over with the state', async () => {
  await using catalog = await openMemoryCatalog()
  const one = want(catalog, 'one', long)
  const lease = await one.nextGrant()
  await using other = want(catalog, 'other', long)
  await lease.saveState('swept')
  expect(other.grants).toHaveLength(0)
  const taken = other.nextGrant()
  await one[Symbol.asyncDispose]()
  expect(lease.signal.aborted).toBe(true)
  expect(await taken).toMatchObject({ state: 'swept' })
  expect(one.grants).toHaveLength(1)
})

test('a holder that learns that another has its lease ends its work', async () => {
  await using catalog = await openMemoryCatalog()
  await using one = want(catalog, 'one', long)
  const lease = await one.nextGrant()
  // As if it had been paused for longer than its lease.
  const held = { name: 'sweep', holder: 'one', epoch: 1 }
  await catalog.releaseLease(held)
  expect((await catalog.acquireLease('sweep', { holder: 'other', durationMs: 60_000 })).lease).toBeDefined()
  await untilAborted(lease.signal)
  expect((await catalog.renewLease(held, { durationMs: 1 })).lease).toBeUndefined()
})

test('a holder that cannot renew its lease ends its work when the lease has ended, and requests it again', async () => {
  await using catalog = await openMemoryCatalog()
  const unreachable: Leases = { ...catalog, renewLease: () => Promise.reject(new Error('away')) }
  await using one = want(unreachable, 'one', { durationMs: 20, intervalMs: 5 })
  const lease = await one.nextGrant()
  await untilAborted(lease.signal)
  await one.nextGrant()
  expect(one.grants.length).toBeGreaterThan(1)
})

test('requests are repeated while the catalog is away', async () => {
  await using catalog = await openMemoryCatalog()
  let failures = 3
  const flaky: Leases = {
    ...catalog,
    acquireLease: (...given) => {
      failures -= 1
      return failures >= 0 ? Promise.reject(new Error('away')) : catalog.acquireLease(...given)
    },
  }
  await using one = want(flaky, 'one', long)
  await one.nextGrant()
  expect(failures).toBe(-1)
})

test('reports how far the clock of the catalog is ahead', async () => {
  await using catalog = await openMemoryCatalog()
  const { promise, resolve } = Promise.withResolvers<number>()
  const ahead: Leases = {
    ...catalog,
    async acquireLease(...given) {
      const answer = await catalog.acquireLease(...given)
      return { ...answer, nowMs: answer.nowMs + 90_000_000 }
    },
  }
  const options = { name: 'sweep', holder: 'one', work: async () => undefined, onClock: resolve }
  await using _keeping = keepLease(ahead, options)
  expect(await promise).toBeGreaterThan(80_000_000)
})
