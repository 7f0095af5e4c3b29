import { inspect, parseArgs } from 'node:util'
import { engineFaultNames } from './engine-faults.ts'
import { runEngineFaults } from './run-engine-faults.ts'

/** `node test/faults/engines.ts --rounds 100 --seed 7`: prints the result; exits with 1 if anything was lost or broken. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string' },
    'longest-seconds': { type: 'string', default: '4' },
  },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
let shown = 0
const report = await runEngineFaults({
  rounds: Number(values.rounds),
  seed,
  faults: engineFaultNames,
  longestFaultMs: Number(values['longest-seconds']) * 1000,
  onProgress({ rounds, acknowledged, lost, broken }, name) {
    for (const what of [...lost, ...broken].slice(shown)) console.error(what)
    shown = lost.length + broken.length
    console.error(
      `${rounds} ${name}: ${acknowledged} acknowledged, ${lost.length} lost, ${broken.length} broken`,
    )
  },
}).catch((error: unknown) => {
  // Node prints no error that another one suppressed.
  console.error(inspect(error, { depth: 8, showHidden: true }))
  process.exit(1)
})
const { rounds, acknowledged, refused, slowestRecoveryMs, orphans, lost, broken } = report
const list = (counts: object) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
console.log(
  `seed ${seed}: ${rounds} faults, ${acknowledged} acknowledged, ${lost.length} lost, ${broken.length} broken, ` +
    `${orphans} orphans\nrefused: ${list(refused)}\nslowest recovery in ms: ${list(slowestRecoveryMs)}`,
)
process.exitCode = lost.length + broken.length > 0 ? 1 : 0
