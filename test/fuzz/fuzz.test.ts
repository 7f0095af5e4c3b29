import { expect, test } from 'vitest'
import { formatReport } from './format-report.ts'
import { createCaseMaker } from './make-cases.ts'
import { runFuzz } from './run-fuzz.ts'

const seed = 1
const caseCount = 10_000

test('I5 I6 ten thousand mangled requests are accepted whole or refused with a code, and leave nothing', async () => {
  const makeCases = await createCaseMaker(seed)
  const report = await runFuzz(makeCases(caseCount))
  console.log(formatReport(report))
  const failures = report.failures.map(({ why, fuzzCase }) => `${fuzzCase.kind} ${fuzzCase.number} ${why}`)
  expect({ failures, broken: report.broken }).toEqual({ failures: [], broken: [] })
  expect(report.cases).toBe(caseCount)
  // The cases must reach every step: a run that is refused at once shows nothing.
  for (const status of ['201', '400', '413', '415', '422'])
    expect(report.statuses.get(status), status).toBeGreaterThan(caseCount / 1000)
}, 900_000)
