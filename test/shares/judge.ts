import { type Kind, kinds } from './honest-work.ts'
import type { AttackReport } from './run-attack.ts'

/** Most that an attack may lengthen the honest caller's 99th percentile. */
const maxFactor = 3

/**
 * A 99th percentile that is shorter than this counts as this long. Such answers take about as long as the system needs to
 * give a thread its turn on a busy processor, and vary by more than three times without any attack.
 */
const floorMs = 50

const defaultMaxMemoryByteSize = 1024 ** 3

/** Refusals of the honest caller, memory above the bound, and the attack's own faults: what no machine is too slow for. */
export function findBreaches({ attack, alone, during, peakMemoryByteSize, faults }: AttackReport): string[] {
  const refusals = [alone, during].flatMap((served) =>
    kinds.flatMap((kind) => served[kind].refusals.map((result) => `${kind} was answered ${result}`)),
  )
  const { maxMemoryByteSize = defaultMaxMemoryByteSize } = attack
  const isLarge = peakMemoryByteSize > maxMemoryByteSize
  const memory = `memory was ${toMebibytes(peakMemoryByteSize)}, above ${toMebibytes(maxMemoryByteSize)}`
  return [...new Set(refusals), ...(isLarge ? [memory] : []), ...faults]
}

/** Kinds of requests that the attack made too slow. */
export function findDelays({ alone, during }: AttackReport): string[] {
  const slow = kinds.filter((kind) => {
    const bound = maxFactor * Math.max(percentile(alone[kind].latencies, 0.99), floorMs)
    return percentile(during[kind].latencies, 0.99) > bound
  })
  return slow.map((kind) => `${kind}: p99 is more than ${maxFactor} times that without the attack`)
}

/** One line for each kind of request. */
export function describeKinds({ alone, during }: AttackReport): string[] {
  const both = ({ latencies }: AttackReport['alone'][Kind]) =>
    `p50 ${toText(percentile(latencies, 0.5))}, p99 ${toText(percentile(latencies, 0.99))}`
  return kinds.map(
    (kind) =>
      `${kind.padEnd(7)} alone ${both(alone[kind])}, ${alone[kind].latencies.length} answers; ` +
      `during ${both(during[kind])}, ${during[kind].latencies.length} answers, ${during[kind].refusals.length} refused`,
  )
}

export function toMebibytes(byteSize: number): string {
  return `${Math.round(byteSize / 2 ** 20)} MiB`
}

function toText(durationMs: number): string {
  return `${durationMs.toFixed(durationMs < 10 ? 1 : 0)} ms`
}

/** @param share 0.5 for the median. Of fewer values than 1 / (1 - share) it is the largest. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
