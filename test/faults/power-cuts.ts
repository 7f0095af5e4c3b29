import { parseArgs } from 'node:util'
import { runPowerCuts } from './run-power-cuts.ts'

/** `node test/faults/power-cuts.ts --uploads 300 --moments 50 --seed 7`: prints the result; exits with 1 if anything was lost or broken. */
const { values } = parseArgs({
  options: {
    uploads: { type: 'string', default: '120' },
    moments: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
})
const { cuts, acknowledged, lost, broken } = await runPowerCuts({
  uploads: Number(values.uploads),
  moments: Number(values.moments),
  seed: Number(values.seed),
})
for (const what of [...lost, ...broken]) console.error(what)
console.log(
  `seed ${values.seed}: ${cuts} power cuts, ${acknowledged} acknowledged, ${lost.length} lost, ${broken.length} broken`,
)
process.exitCode = lost.length + broken.length > 0 ? 1 : 0
