import { parseArgs } from 'node:util'
import { runDiskLosses } from './run-disk-losses.ts'

/** `node test/faults/disk-losses.ts --cuts 50 --seed 7`: prints the result; exits with 1 if anything was lost or broken. */
const { values } = parseArgs({
  options: { cuts: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
})
const { cuts, acknowledged, refused, lost, broken } = await runDiskLosses({
  cuts: Number(values.cuts),
  seed: Number(values.seed),
})
for (const what of [...lost, ...broken]) console.error(what)
console.log(
  `seed ${values.seed}: ${cuts} power cuts of a real file system, ${acknowledged} acknowledged, ${refused} refused ` +
    `without a disk, ${lost.length} lost, ${broken.length} broken`,
)
process.exitCode = lost.length + broken.length > 0 ? 1 : 0
