import { readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { makeForm } from '../make-bodies.ts'
import { assertAllAnswered, perSecond, runRounds } from '../run-rounds.ts'
import { settleTintype } from '../servers/settle-tintype.ts'
import type { RunningServer } from '../servers/spawn-server.ts'
import {
  bareBusboy,
  expressMulter,
  fastapiName,
  tintype,
  type UploadSide,
  uploadSides,
} from '../servers/upload-sides.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

const decodesNote =
  'Tintype decodes every photograph before it says yes, and makes its thumbnail; nobody else here decodes anything.'

/** Photographs of 200 KB and of 4 MB, as many at once as there are connections. */
export async function measureUploads(context: BenchContext): Promise<WorkloadResult[]> {
  await using running = new AsyncDisposableStack()
  const servers = new Map<UploadSide, RunningServer>()
  for (const side of uploadSides()) {
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
        if (side.name === tintype) await settleTintype(server.port)
        else emptyFiles(server.directory)
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
    rows: [...servers.keys()].map(({ name, leavesOut }) => ({
      name,
      leavesOut,
      values: values.get(name) ?? [],
    })),
    references: [expressMulter, bareBusboy, fastapiName],
    notes: [`The photograph has ${plan.file.length} bytes. ${decodesNote}`],
  }
}

/** Lets a server load and compile what it needs, and Tintype start its decoders. */
async function warmUp(side: UploadSide, server: RunningServer, { generator, bodies, isQuick }: BenchContext) {
  const body = side.kind === 'form' ? makeForm(bodies.small).body : bodies.small
  const heads = [side.head(body.length)]
  const requests = isQuick ? 8 : 256
  const result = await generator.run({ port: server.port, connections: 8, heads, body, requests })
  assertAllAnswered(result, side.status)
}

/**
 * Empties what was uploaded, so that the disk does not fill. Removing the files as well would make the next turn slow:
 * ext4 does not give the numbers of files away again that were removed a moment ago, and has to search for others.
 */
export function emptyFiles(directory: string): void {
  const files = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isFile())
  for (const { name } of files) {
    const path = join(directory, name)
    if (emptied.has(path)) continue
    truncateSync(path, 0)
    emptied.add(path)
  }
}

const emptied = new Set<string>()
