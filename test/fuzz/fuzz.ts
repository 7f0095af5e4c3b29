import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatReport } from './format-report.ts'
import { fromLine, toLine } from './fuzz-case.ts'
import { createCaseMaker } from './make-cases.ts'
import { runFuzz } from './run-fuzz.ts'

/**
 * `node test/fuzz/fuzz.ts --cases 100000 --seed 7`: prints the result; exits with 1 if anything failed. Cases
 * that did are written to a file, and `--replay FILE` sends exactly these again.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    replay: { type: 'string' },
  },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const makeCases = await createCaseMaker(seed)
const replayed = values.replay && readFileSync(values.replay, 'utf8').trim().split('\n').map(fromLine)
const report = await runFuzz(replayed || makeCases(Number(values.cases)), ({ cases, failures }) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${cases} cases, ${failures.length} failed`)
})
const { failures, broken } = report
console.log(`seed ${seed}\n${formatReport(report)}`)
for (const what of broken) console.error(what)
for (const { why, fuzzCase } of failures) console.error(`${fuzzCase.kind} ${fuzzCase.number} ${why}`)
if (failures.length > 0) {
  const file = join(mkdtempSync(join(tmpdir(), 'tintype-fuzz-')), `failures-${seed}.jsonl`)
  writeFileSync(file, `${failures.map(toLine).join('\n')}\n`)
  console.error(`node test/fuzz/fuzz.ts --replay ${file}`)
}
process.exitCode = failures.length + broken.length > 0 ? 1 : 0
