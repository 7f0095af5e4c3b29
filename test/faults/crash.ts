import { parseArgs } from 'node:util'
import { runCrashes } from './run-crashes.ts'

/** `node test/faults/crash.ts --kills 1000 --seed 7`: prints the result; exits with 1 if anything was lost or broken. */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '100' }, seed: { type: 'string' } },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const report = await runCrashes({
  kills: Number(values.kills),
  seed,
  onProgress({ kills, acknowledged, lost, broken }) {
    const line = `${kills} kills, ${acknowledged} acknowledged, ${lost.length} lost, ${broken.length} broken`
    if (process.stderr.isTTY) process.stderr.write(`\r${line}`)
    else if (kills % 100 === 0) console.error(line) // progress, in case the run is interrupted
  },
})
const { kills, atSteps, acknowledged, swept, slowestStartMs, missed, lost, broken } = report
for (const what of [...lost, ...broken, ...missed.map((step) => `${step} was never reached`)])
  console.error(what)
console.log(
  `seed ${seed}: ${kills} kills (${atSteps} at named steps), ${acknowledged} acknowledged, ${lost.length} lost, ` +
    `${broken.length} broken, ${swept} swept, slowest start ${slowestStartMs} ms`,
)
process.exitCode = lost.length + broken.length + missed.length > 0 ? 1 : 0
