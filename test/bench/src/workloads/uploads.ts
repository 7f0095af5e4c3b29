import { join } from 'node:path'
import { makeForm } from '../make-bodies.ts'
import { formatNumber } from '../report/format-number.ts'
import { assertAllAnswered, perSecond, runRounds } from '../run-rounds.ts'
import { clearUploads } from '../servers/clear-uploads.ts'
import type { RunningServer } from '../servers/spawn-server.ts'
import {
  bareBusboy,
  expressMulter,
  fastapiName,
  type UploadSide,
  uploadSides,
} from '../servers/upload-sides.ts'
import { median } from '../statistics.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

const decodesNote =
  'As shipped, Tintype decodes every photograph before it answers, and makes its thumbnail. With header only, it does both after its answer. No other server here decodes anything.'

/** Photographs of 200 KB and of 4 MB, as many at once as there are connections. */
export async function measureUploads(context: BenchContext): Promise<WorkloadResult[]> {
  await using running = new AsyncDisposableStack()
  const servers = new Map<UploadSide, RunningServer>()
  for (const side of uploadSides(context.leftOut)) {
    const server = await side.start(join(context.directory, `upload-${servers.size}`))
    servers.set(side, running.use(server))
    await warmUp(side, server, context)
  }
  const { small, large } = context.bodies
  const plans = [
    { id: 'upload-small-8', title: 'Uploads of 200 KB, 8 at once', file: small, connections: 8 },
    { id: 'upload-small-64', title: 'Uploads of 200 KB, 64 at once', file: small, connections: 64 },
    { id: 'upload-large-8', title: 'Uploads of 4 MB, 8 at once', file: large, connections: 8 },
  ]
  const results: WorkloadResult[] = []
  for (const plan of plans) {
    context.say(plan.title)
    results.push(await measure(plan, servers, context))
  }
  return results
}

async function measure(
  plan: { id: string; title: string; file: Uint8Array; connections: number },
  servers: ReadonlyMap<UploadSide, RunningServer>,
  context: BenchContext,
): Promise<WorkloadResult> {
  const form = makeForm(plan.file).body
  const isLarge = plan.file.length > 1_000_000
  const busy = new Map<UploadSide, number[]>()
  const values = await runRounds(
    [...servers].map(([side, server]) => ({
      name: side.name,
      async turn() {
        const body = side.kind === 'form' ? form : plan.file
        const result = await context.generator.run({
          port: server.port,
          connections: plan.connections,
          heads: [side.head(body.length)],
          body,
          warmUpMs: context.turnMs / 3,
          durationMs: context.turnMs,
        })
        const busyMs = await clearUploads(side, server)
        busy.set(side, [...(busy.get(side) ?? []), busyMs])
        return perSecond(result, side.status) * (isLarge ? plan.file.length / 1e6 : 1)
      },
    })),
    context,
  )
  return {
    id: plan.id,
    title: plan.title,
    unit: isLarge ? 'MB/s' : 'uploads/s',
    isMoreBetter: true,
    rows: [...servers.keys()].map((side) => ({
      name: side.name,
      leavesOut: side.leavesOut,
      values: values.get(side.name) ?? [],
      note: side.isTintype ? `${formatNumber(median(busy.get(side) ?? []) / 1000)} s` : '–',
    })),
    noteHead: 'busy after the last answer',
    references: [expressMulter, bareBusboy, fastapiName],
    notes: [`The photograph has ${plan.file.length} bytes. ${decodesNote}`],
  }
}

/**
 * Lets a server load and compile what it needs, and Tintype start its decoders. So many requests for each, because V8
 * compiles by calls and not by time: a server that does more for each would otherwise be measured cold.
 */
async function warmUp(side: UploadSide, server: RunningServer, { generator, bodies, isQuick }: BenchContext) {
  const body = side.kind === 'form' ? makeForm(bodies.small).body : bodies.small
  const heads = [side.head(body.length)]
  const requests = isQuick ? 8 : 1000
  const result = await generator.run({ port: server.port, connections: 8, heads, body, requests })
  assertAllAnswered(result, side.status)
}
