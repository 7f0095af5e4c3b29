import { execFileSync } from 'node:child_process'
import type { LoadResult } from './load/load-plan.ts'
import type { BenchContext } from './workload.ts'

/** One side of a comparison: `turn` does its part of one round and resolves with the value. */
export interface Side {
  readonly name: string
  turn(round: number): Promise<number>
}

/**
 * Runs every side once in each round: A B C, then C A B, and so on, so that no side always follows the same one. Resolves
 * with the values of each side, by name.
 */
export async function runRounds(
  sides: readonly Side[],
  { rounds, isQuick, say }: Pick<BenchContext, 'rounds' | 'isQuick' | 'say'>,
): Promise<Map<string, number[]>> {
  const values = new Map(sides.map(({ name }) => [name, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < sides.length; at++) {
      const side = sides[(at + round) % sides.length]
      if (!side) continue
      const value = await side.turn(round)
      values.get(side.name)?.push(value)
      say(`  round ${round + 1}  ${side.name.padEnd(40)} ${value.toPrecision(4)}`)
      if (!isQuick) settleDisk()
    }
  }
  return values
}

/** Syncs the disk, so that one side's writes do not slow the next one down. */
function settleDisk(): void {
  execFileSync('sync')
}

/** Requests per second; throws unless every answer had the status expected. */
export function perSecond(result: LoadResult, status: number): number {
  assertAllAnswered(result, status)
  return (result.completed / result.elapsedMs) * 1000
}

/** @throws if a connection broke, an answer had another status, or there was none */
export function assertAllAnswered(result: LoadResult, status: number): void {
  const came = Object.keys(result.statuses)
  if (came.length === 1 && came[0] === String(status) && result.brokenConnections === 0) return
  throw new Error(`expected ${status} and nothing else: ${JSON.stringify(result)}`)
}
