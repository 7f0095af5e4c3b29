import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { runPowerCuts } from './run-power-cuts.ts'

function hasStrace(): boolean {
  try {
    return execFileSync('strace', ['-V'], { encoding: 'utf8' }).startsWith('strace')
  } catch {
    return false
  }
}

describe.skipIf(!hasStrace())('a power cut (needs strace)', () => {
  test('B168, B169: loses nothing acknowledged, though all that was not synced is gone', async () => {
    const report = await runPowerCuts({ uploads: 120, moments: 8, seed: 1 })
    expect(report).toEqual({ cuts: 16, acknowledged: 120, lost: [], broken: [] })
  }, 300_000)
})
