import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { makeForm } from '../make-bodies.ts'
import { assertAllAnswered, perSecond, runRounds, type Side } from '../run-rounds.ts'
import { clearUploads } from '../servers/clear-uploads.ts'
import { startFastapi, startPeer, startTintype } from '../servers/contestants.ts'
import { cpuOfTree } from '../servers/process-cpu.ts'
import type { RunningServer } from '../servers/spawn-server.ts'
import { tintypeConfigurations } from '../servers/tintype-configurations.ts'
import { fastapiName, formSide, relaxed, tintype, type UploadSide } from '../servers/upload-sides.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

export const byHand = 'by hand'
export const byHandSynced = 'by hand, synced'
/** What the decoder alone takes: every server here pays that, or Pillow's. */
const floor = 'sharp in process, no server'

const path = '/photos/thumbnail'

interface Plan {
  readonly id: string
  readonly title: string
  readonly file: Uint8Array
  readonly connections: number
}

/** Uploads that are answered when their thumbnail exists, beside servers that do the same work. */
export async function measureLikeForLike(context: BenchContext): Promise<WorkloadResult[]> {
  await using running = new AsyncDisposableStack()
  const servers = new Map<UploadSide, RunningServer>()
  for (const side of sides(context)) {
    const server = await side.start(join(context.directory, `like-for-like-${servers.size}`))
    servers.set(side, running.use(server))
    await warmUp(side, server, context)
  }
  const { small, large } = context.bodies
  const plans: Plan[] = (context.isQuick ? [8] : [8, 64]).flatMap((connections) => [
    { ...planOf('small', '200 KB', connections), file: small },
    { ...planOf('large', '4 MB', connections), file: large },
  ])
  const results: WorkloadResult[] = []
  for (const plan of plans) {
    context.say(plan.title)
    results.push(...(await measure(plan, servers, context)))
  }
  return results
}

function planOf(size: string, bytes: string, connections: number): Omit<Plan, 'file'> {
  return {
    id: `alike-${size}-${connections}`,
    title: `Uploads of ${bytes} with their thumbnail, ${connections} at once`,
    connections,
  }
}

function sides({ leftOut }: BenchContext): UploadSide[] {
  const noChecks = 'format and pixel limits, placeholder, a process of its own, idempotency'
  const own = tintypeConfigurations.filter(({ name }) => name === tintype || name === relaxed)
  return [
    ...own.map(({ name, env, leavesOut }) => ({
      ...formSide(name, startTintype(env), path),
      leavesOut,
      isTintype: true,
    })),
    { ...formSide(byHand, startPeer('by-hand'), path), leavesOut: `${noChecks}, sync` },
    { ...formSide(byHandSynced, startPeer('by-hand', 'synced'), path), leavesOut: noChecks },
    { ...formSide(fastapiName, startFastapi, path), leavesOut: `${noChecks}, hash, sync, row, orientation` },
  ].filter(({ name }) => !leftOut.has(name))
}

async function measure(
  plan: Plan,
  servers: ReadonlyMap<UploadSide, RunningServer>,
  context: BenchContext,
): Promise<WorkloadResult[]> {
  const body = makeForm(plan.file).body
  // 64 uploads of 4 MB at once take seconds each
  const turnMs = context.turnMs * (plan.file.length > 1_000_000 && !context.isQuick ? 4 : 2)
  const processorMs = new Map<string, number[]>()
  const addCpu = (name: string, ms: number) => processorMs.set(name, [...(processorMs.get(name) ?? []), ms])
  const file = join(context.directory, `${plan.id}.jpg`)
  await writeFile(file, plan.file)
  const sidesInTurn: Side[] = [...servers].map(([side, server]) => ({
    name: side.name,
    async turn() {
      const before = cpuOfTree(server.pid)
      const result = await context.generator.run({
        port: server.port,
        connections: plan.connections,
        heads: [side.head(body.length)],
        body,
        warmUpMs: turnMs / 4,
        durationMs: turnMs,
      })
      await clearUploads(side, server)
      const uploads = result.statuses[side.status] ?? 0
      addCpu(side.name, (cpuOfTree(server.pid) - before) / uploads)
      return perSecond(result, side.status)
    },
  }))
  sidesInTurn.push({
    name: floor,
    async turn() {
      const { made, elapsedMs, cpuMs } = await decodeOnly(file, { atOnce: plan.connections, turnMs })
      addCpu(floor, cpuMs / made)
      return (made / elapsedMs) * 1000
    },
  })
  const values = await runRounds(sidesInTurn, context)
  const shared = { references: [byHand, byHandSynced, fastapiName] }
  const named = [...servers.keys(), { name: floor, leavesOut: 'everything but the decode and the thumbnail' }]
  const rowsOf = (found: ReadonlyMap<string, readonly number[]>) =>
    named.map(({ name, leavesOut }) => ({ name, leavesOut, values: found.get(name) ?? [] }))
  const note = `The photograph has ${plan.file.length} bytes. Every server saves it, and answers when a WebP of 300 px exists (quality 78, effort 2).`
  return [
    {
      ...{ id: plan.id, title: plan.title, unit: 'uploads/s', isMoreBetter: true, notes: [note], ...shared },
      rows: rowsOf(values),
    },
    {
      ...{ id: `${plan.id}-cpu`, title: `${plan.title}: processor time of each`, unit: 'ms', ...shared },
      isMoreBetter: false,
      rows: rowsOf(processorMs),
      notes: ['Of all of a server’s processes, the work after its answers included.'],
    },
  ]
}

/** Decodes and renders without a server, in a process of its own. */
async function decodeOnly(
  file: string,
  { atOnce, turnMs }: { readonly atOnce: number; readonly turnMs: number },
): Promise<{ made: number; elapsedMs: number; cpuMs: number }> {
  const entry = fileURLToPath(new URL('../peers/sharp-thumbnails.ts', import.meta.url))
  const args = [entry, file, String(atOnce), String(turnMs), String(turnMs / 4)]
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout)
}

/** As many requests for each as V8 needs to compile what a request runs. */
async function warmUp(side: UploadSide, server: RunningServer, { generator, bodies, isQuick }: BenchContext) {
  const { body } = makeForm(bodies.small)
  const requests = isQuick ? 8 : 300
  const heads = [side.head(body.length)]
  const result = await generator.run({ port: server.port, connections: 8, heads, body, requests })
  assertAllAnswered(result, side.status)
}
