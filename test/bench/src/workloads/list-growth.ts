import { assertAllAnswered, runRounds } from '../run-rounds.ts'
import type { RunningServer } from '../servers/spawn-server.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

const named = (count: number) => `${count.toLocaleString('en')} photos`

/** The rows that show whether lists become slower in a larger library. */
export const thousandPhotos = named(1000)
export const millionPhotos = named(1_000_000)

/** How long one page takes out of few and out of many photos, requested one after another. */
export async function measureListGrowth(
  servers: ReadonlyMap<number, RunningServer>,
  page: string,
  context: BenchContext,
): Promise<WorkloadResult> {
  const heads = [`GET ${page} HTTP/1.1\r\nHost: localhost\r\n\r\n`]
  const { turnMs } = context
  const values = await runRounds(
    [...servers].map(([count, { port }]) => ({
      name: named(count),
      async turn() {
        const plan = { port, connections: 1, heads, warmUpMs: turnMs / 3, durationMs: turnMs }
        const result = await context.generator.run(plan)
        assertAllAnswered(result, 200)
        return result.latencyMs.p50
      },
    })),
    context,
  )
  return {
    id: 'growth-list',
    title: 'Tintype: time of a page of 50, by the number of photos',
    unit: 'ms',
    isMoreBetter: false,
    rows: [...values].map(([name, each]) => ({ name, values: each })),
    references: [],
    notes: ['The median of pages requested one after another.'],
  }
}
