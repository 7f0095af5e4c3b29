import { parseArgs } from 'node:util'
import type { ServerState } from '../support/read-state.ts'
import { runSoak } from './run-soak.ts'

/** `npm run test:soak -- --minutes 60 --seed 7`: prints the result; exits with 1 if anything was lost or broken. */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string', default: '1' } },
})
const report = await runSoak({ durationMs: Number(values.minutes) * 60_000, seed: Number(values.seed) })
const { acknowledged, deeds, before, after, highestWalByteSize, memorySlope, lost, broken } = report
const mebibytes = (byteSize: number) => `${(byteSize / 2 ** 20).toFixed(1)} MiB`
const show = ({ descriptors, children, staged, walByteSize, memoryByteSize }: ServerState) =>
  `${descriptors} descriptors, ${children} children, ${staged} staged, WAL ${mebibytes(walByteSize)}, ${mebibytes(memoryByteSize)}`

for (const what of [...lost, ...broken]) console.error(what)
console.log(`after the warm-up  ${show(before)}`)
console.log(`at the end         ${show(after)}`)
console.log(
  `during the run     WAL at most ${mebibytes(highestWalByteSize)}, memory ${memorySlope.toFixed(2)} MiB a minute`,
)
console.log(
  Object.entries(deeds)
    .map(([name, count]) => `${count} ${name}`)
    .join(', '),
)
console.log(`seed ${values.seed}: ${acknowledged} acknowledged, ${lost.length} lost, ${broken.length} broken`)
process.exitCode = lost.length + broken.length > 0 ? 1 : 0
