import { parseArgs } from 'node:util'
import { attacks } from './attacks.ts'
import { describeTables } from './describe-tables.ts'
import { describeKinds, findBreaches, findDelays, toMebibytes } from './judge.ts'
import { type AttackReport, runAttack } from './run-attack.ts'

/**
 * `npm run test:shares -- --only S-03 --seconds 20 --rounds 5`: attacks the server by one caller while another one works, and
 * prints what the other one notices, at the end as the tables of docs/reliability.md. Exits with 1 if it is refused or delayed
 * too much, or if the server needs too much memory.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
  },
})
const chosen = attacks.filter(({ name }) => values.only?.includes(name) ?? true)
if (chosen.length === 0)
  throw new Error(`--only expects one of ${attacks.map(({ name }) => name).join(', ')}`)

const length = { durationMs: Number(values.seconds) * 1000, rounds: Number(values.rounds) }
const failures: string[] = []
const reports: AttackReport[] = []
for (const attack of chosen) {
  const report = await runAttack(attack, length)
  reports.push(report)
  const problems = [...findBreaches(report), ...findDelays(report)]
  const results = [...report.attacker].map(([result, count]) => `${count} × ${result}`)
  const attacker = results.join(', ') || 'no answers counted'
  console.log(`${attack.name}  ${attack.what}`)
  for (const line of describeKinds(report)) console.log(`  ${line}`)
  console.log(`  attacker ${attacker}; memory at most ${toMebibytes(report.peakMemoryByteSize)}`)
  for (const problem of problems) console.log(`  FAILED ${problem}`)
  failures.push(...problems)
}
console.log(`\n${describeTables(reports)}`)
process.exitCode = failures.length > 0 ? 1 : 0
