import { join } from 'node:path'
import { runRounds } from '../run-rounds.ts'
import { relaxed } from '../servers/tintype-configurations.ts'
import {
  bareBusboy,
  ceiling,
  expressMulter,
  fastapiName,
  tintype,
  type UploadSide,
  uploadSides,
} from '../servers/upload-sides.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'
import { mebibyte, sendLargePhoto, type UploadTarget } from './send-large-photo.ts'
import { measureUploadGrowth } from './upload-growth.ts'

/**
 * Waiting for a decode takes little time compared with sending a GiB, so the configurations that differ in it are left out.
 */
const sideNames = [
  tintype,
  relaxed,
  expressMulter,
  bareBusboy,
  'node:http PUT',
  'nginx PUT',
  fastapiName,
  ceiling,
]

/** The time and memory growth of one upload of 1 GiB, and how both change with the size. */
export async function measureOneLargeUpload(context: BenchContext): Promise<WorkloadResult[]> {
  await using running = new AsyncDisposableStack()
  const targets: UploadTarget[] = []
  for (const side of uploadSides(context.leftOut).filter(({ name }) => sideNames.includes(name))) {
    const server = running.use(await side.start(join(context.directory, `large-${targets.length}`)))
    targets.push({ side, server })
  }
  const mebibytes = context.isQuick ? 16 : 1024
  const title = context.isQuick ? 'One upload of 16 MiB' : 'One upload of 1 GiB'
  const growth = new Map<string, number[]>(targets.map(({ side }) => [side.name, []]))
  context.say(title)
  const values = await runRounds(
    targets.map((target) => ({
      name: target.side.name,
      async turn() {
        const { elapsedMs, grownMebibytes } = await sendLargePhoto(target, mebibytes, context)
        growth.get(target.side.name)?.push(grownMebibytes)
        return (mebibytes * mebibyte) / 1e6 / (elapsedMs / 1000)
      },
    })),
    context,
  )
  const rows = (of: ReadonlyMap<string, number[]>, sides: readonly UploadSide[]) =>
    sides.map(({ name, leavesOut }) => ({ name, leavesOut, values: of.get(name) ?? [] }))
  const sides = targets.map(({ side }) => side)
  const results: WorkloadResult[] = [
    {
      id: 'upload-huge',
      title,
      unit: 'MB/s',
      isMoreBetter: true,
      rows: rows(values, sides),
      references: [expressMulter, bareBusboy],
      notes: [],
    },
    {
      id: 'upload-huge-memory',
      title: `${title}: growth of the server’s memory`,
      unit: 'MiB',
      isMoreBetter: false,
      rows: rows(
        growth,
        sides.filter(({ name }) => name !== ceiling),
      ),
      references: [],
      notes: [
        'From resident memory after an upload of 4 MiB to its peak, of the server and all processes that it started (sampled), or of its first process alone (as the kernel saw it).',
      ],
    },
  ]
  const own = targets.find(({ side }) => side.name === tintype)
  return own ? [...results, ...(await measureUploadGrowth(own, context))] : results
}
