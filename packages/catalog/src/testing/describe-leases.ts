import { describe, expect, test } from 'vitest'
import type { Leases } from '../leases/leases.ts'

/** Opens catalogs for the suite. */
export interface LeasesFixture {
  /** Opens a new, empty catalog. Disposing it disposes the catalog and removes its files. */
  open(): Promise<{ readonly catalog: Leases } & AsyncDisposable>
}

const minute = { durationMs: 60_000 }
/** Ends when it is granted: no test waits for a clock. */
const ended = { durationMs: 0 }

/** The contract of `Leases`: every driver must pass it whole. */
export function describeLeases(name: string, fixture: LeasesFixture): void {
  describe(`Leases: ${name}`, () => {
    test('of ten servers that request a lease at once, one gets it; another lease is free', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      const holders = Array.from({ length: 10 }, (_, at) => `server ${at}`)
      const answers = await Promise.all(
        holders.map((holder) => catalog.acquireLease('sweep', { holder, ...minute })),
      )
      const granted = answers.flatMap(({ lease }) => (lease ? [lease] : []))
      expect(granted).toMatchObject([{ name: 'sweep', epoch: 1, state: '' }])
      expect(holders).toContain(granted[0]?.holder)
      for (const { nowMs } of answers) expect(Math.abs(nowMs - Date.now())).toBeLessThan(3_600_000)
      const other = await catalog.acquireLease('other', { holder: 'server 11', ...minute })
      expect(other.lease).toMatchObject({ holder: 'server 11' })
    })

    test('a lease that has ended goes to the next holder, with its state, and the one before cannot extend or end it', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      const { lease: first } = await catalog.acquireLease('sweep', { holder: 'one', ...minute })
      if (!first) throw new Error('it was free')
      const renewed = await catalog.renewLease(first, { ...ended, state: 'at 7' })
      expect(renewed.lease).toStrictEqual({ ...first, state: 'at 7' })
      const { lease: second } = await catalog.acquireLease('sweep', { holder: 'two', ...minute })
      expect(second).toStrictEqual({ name: 'sweep', holder: 'two', epoch: 2, state: 'at 7' })
      expect((await catalog.renewLease(first, { ...minute, state: 'too late' })).lease).toBeUndefined()
      await catalog.releaseLease(first)
      expect((await catalog.acquireLease('sweep', { holder: 'one', ...minute })).lease).toBeUndefined()
      if (second) expect((await catalog.renewLease(second, minute)).lease).toStrictEqual(second)
    })

    test('a lease that has ended can be extended while it was granted to no other holder', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      const { lease } = await catalog.acquireLease('sweep', { holder: 'one', ...ended })
      if (!lease) throw new Error('it was free')
      expect((await catalog.renewLease(lease, minute)).lease).toStrictEqual(lease)
      expect((await catalog.acquireLease('sweep', { holder: 'two', ...minute })).lease).toBeUndefined()
    })

    test('the holder that requests it again has a new epoch, and its earlier grant is worth nothing', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      const { lease: first } = await catalog.acquireLease('sweep', { holder: 'one', ...minute })
      const { lease: again } = await catalog.acquireLease('sweep', { holder: 'one', ...minute })
      expect([first?.epoch, again?.epoch]).toStrictEqual([1, 2])
      if (first) expect((await catalog.renewLease(first, minute)).lease).toBeUndefined()
    })

    test('a released lease is free at once and keeps its state', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      const { lease } = await catalog.acquireLease('sweep', { holder: 'one', ...minute })
      if (!lease) throw new Error('it was free')
      await catalog.renewLease(lease, { ...minute, state: 'done' })
      await catalog.releaseLease(lease)
      const next = await catalog.acquireLease('sweep', { holder: 'two', ...minute })
      expect(next.lease).toMatchObject({ holder: 'two', state: 'done' })
    })
  })
}
