import { runRounds } from '../run-rounds.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'
import { sendLargePhoto, type UploadTarget } from './send-large-photo.ts'

/** The row that only a full run has: 4 GiB do not fit everywhere. */
export const fourGibibytes = '4 GiB'

/** What a MiB costs, and how far memory grows, in one upload of 1 MiB to 1 GiB; to 4 GiB in a full run. */
export async function measureUploadGrowth(
  target: UploadTarget,
  context: BenchContext,
): Promise<WorkloadResult[]> {
  const sizes = context.isQuick ? [1, 16] : [1, 4, 16, 64, 256, 1024, ...(context.isFull ? [4096] : [])]
  const named = (size: number) => (size < 1024 ? `${size} MiB` : `${size / 1024} GiB`)
  const growth = new Map<string, number[]>(sizes.map((size) => [named(size), []]))
  context.say('Growth with the size of an upload')
  const values = await runRounds(
    sizes.map((size) => ({
      name: named(size),
      async turn() {
        const { elapsedMs, grownMebibytes } = await sendLargePhoto(target, size, context)
        growth.get(named(size))?.push(grownMebibytes)
        return elapsedMs / size
      },
    })),
    { ...context, rounds: Math.min(context.rounds, 3) },
  )
  const rows = (of: ReadonlyMap<string, number[]>) => [...of].map(([name, each]) => ({ name, values: each }))
  const shared = { isMoreBetter: false, references: [] }
  return [
    {
      ...shared,
      id: 'growth-upload',
      title: 'Tintype: time per MiB, by the size of one upload',
      unit: 'ms',
      rows: rows(values),
      notes: [
        'One upload at a time; the smallest carries the cost that every upload has, such as two syncs.',
      ],
    },
    {
      ...shared,
      id: 'growth-upload-memory',
      title: 'Tintype: growth of memory, by the size of one upload',
      unit: 'MiB',
      rows: rows(growth),
      notes: [],
    },
  ]
}
