import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { descriptorsWithoutDecoders } from '../support/read-state.ts'
import { runSoak } from './run-soak.ts'

test.skipIf(process.platform !== 'linux')(
  'B311: everything at once leaves no descriptor, process, file or log (needs /proc)',
  async () => {
    const report = await runSoak({ durationMs: 20_000, seed: 1 })
    const { before, after, deeds, highestWalByteSize } = report
    expect(report).toMatchObject({ lost: [], broken: [] })
    expect(Object.values(deeds).every((count) => count > 0)).toBe(true)
    expect(report.acknowledged).toBeGreaterThan(0)
    expect(after).toMatchObject({ staged: 0, uploadsInFlight: 0 })
    // our own kept connections among them
    expect(descriptorsWithoutDecoders(after)).toBeLessThanOrEqual(descriptorsWithoutDecoders(before) + 8)
    expect(after.children).toBeLessThanOrEqual(availableParallelism() + 1) // with the spare decoder
    expect(highestWalByteSize).toBeLessThan(16 * 1024 * 1024)
  },
  900_000,
)
