import { expect, test } from 'vitest'
import { descriptorsWithoutDecoders } from '../support/read-state.ts'
import { runOverload } from './run-overload.ts'

test.skipIf(process.platform !== 'linux')(
  'B306: at four times its load every upload is accepted or refused with Retry-After, and nothing is lost (needs /proc)',
  async () => {
    const report = await runOverload({ phaseMs: 1500 })
    const { peakPerSecond, overloadedPerSecond, healthMs, mediaMs, loopDelayP99Ms, before, after } = report
    console.log('not judged:', { peakPerSecond, overloadedPerSecond, healthMs, mediaMs, loopDelayP99Ms })
    expect(report).toMatchObject({ lost: [], broken: [] })
    expect(report.acknowledged).toBeGreaterThan(0)
    expect(report.refused).toBeGreaterThan(0)
    expect(report.refusedUnread).toBeGreaterThan(0)
    expect(after).toMatchObject({ staged: 0, uploadsInFlight: 0 })
    // our own kept connections among them
    expect(descriptorsWithoutDecoders(after)).toBeLessThanOrEqual(descriptorsWithoutDecoders(before) + 8)
  },
  900_000,
)
