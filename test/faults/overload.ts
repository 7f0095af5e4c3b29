import { parseArgs } from 'node:util'
import { runOverload } from './run-overload.ts'
import { splitCores } from './split-cores.ts'

/** `npm run test:overload -- --seconds 10`: prints the result; exits with 1 if anything was lost or broken. */
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } })
const cores = splitCores()
const report = await runOverload({ phaseMs: Number(values.seconds) * 1000, cores: cores?.server })
const { peakPerSecond, overloadedPerSecond, acknowledged, refused, refusedUnread, lost, broken } = report
const { healthMs, mediaMs, loopDelayP99Ms, before, after } = report
const ms = ({ p50, p99 }: { p50: number; p99: number }) =>
  `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
const mebibytes = (byteSize: number) => `${Math.round(byteSize / 2 ** 20)} MiB`

for (const what of [...lost, ...broken]) console.error(what)
console.log(
  `processors            ${cores ? `${cores.server} for the server, ${cores.load} for the load` : 'shared by server and load'}`,
)
console.log(`peak goodput          ${peakPerSecond.toFixed(1)} photos/s`)
console.log(
  `at four times of it   ${overloadedPerSecond.toFixed(1)} photos/s, ` +
    `${Math.round((100 * overloadedPerSecond) / peakPerSecond)} %; ` +
    `${refused} refused, ${refusedUnread} of them before their body was sent`,
)
console.log(`/healthz under load   ${ms(healthMs)}`)
console.log(`/media under load     ${ms(mediaMs)}`)
console.log(`event loop delay      p99 ${loopDelayP99Ms.toFixed(1)} ms`)
console.log(
  `memory                ${mebibytes(before.memoryByteSize)} before, ${mebibytes(after.peakMemoryByteSize)} at most`,
)
console.log(`${acknowledged} acknowledged, ${lost.length} lost, ${broken.length} broken`)
process.exitCode = lost.length + broken.length > 0 ? 1 : 0
