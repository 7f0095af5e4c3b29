import { expect, test } from 'vitest'
import { killSteps } from './kill-steps.ts'
import { runCrashes } from './run-crashes.ts'

test('B167: killed once at every named step and ten times at random, it loses no photo and breaks no promise', async () => {
  const report = await runCrashes({ kills: killSteps.length + 10, seed: 1 })
  expect(report).toMatchObject({ lost: [], broken: [], missed: [], atSteps: killSteps.length })
  expect(report.acknowledged).toBeGreaterThan(0)
  expect(report.swept).toBeGreaterThan(0)
}, 1_200_000)
