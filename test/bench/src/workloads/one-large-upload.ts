import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { byteSizeOf, type LoadBody } from '../load/load-plan.ts'
import { formFrame, makeFilling } from '../make-bodies.ts'
import { assertAllAnswered, runRounds } from '../run-rounds.ts'
import { forgetPeak, memoryOf } from '../servers/process-memory.ts'
import { settleTintype } from '../servers/settle-tintype.ts'
import type { RunningServer } from '../servers/spawn-server.ts'
import { bareBusboy, expressMulter, tintype, type UploadSide, uploadSides } from '../servers/upload-sides.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'
import { emptyFiles } from './uploads.ts'

const sideNames = [tintype, expressMulter, bareBusboy, 'node:http PUT', 'nginx PUT']
const mebibyte = 1024 ** 2

/** One upload of 1 GiB: how fast, and how far memory grows. And how the cost of a MiB changes with the size. */
export async function measureOneLargeUpload(context: BenchContext): Promise<WorkloadResult[]> {
  await using running = new AsyncDisposableStack()
  const servers = new Map<UploadSide, RunningServer>()
  for (const side of uploadSides().filter(({ name }) => sideNames.includes(name))) {
    const server = await side.start(join(context.directory, `large-${servers.size}`))
    servers.set(side, running.use(server))
  }
  const mebibytes = context.isQuick ? 64 : 1024
  const growth = new Map<string, number[]>()
  const turn = (side: UploadSide, server: RunningServer) => async () => {
    await upload({ side, server }, { byteSize: 4 * mebibyte }, context)
    const before = memoryOf(server.pid).now
    forgetPeak(server.pid)
    const elapsedMs = await upload({ side, server }, { byteSize: mebibytes * mebibyte }, context)
    const grown = (memoryOf(server.pid).peak - before) / mebibyte
    growth.set(side.name, [...(growth.get(side.name) ?? []), Math.max(0, grown)])
    return (mebibytes * mebibyte) / 1e6 / (elapsedMs / 1000)
  }
  const title = context.isQuick ? 'One upload of 64 MiB' : 'One upload of 1 GiB'
  context.say(title)
  const sides = [...servers].map(([side, server]) => ({ name: side.name, turn: turn(side, server) }))
  const values = await runRounds(sides, context)
  const rows = (of: ReadonlyMap<string, number[]>) =>
    [...servers.keys()].map(({ name, leavesOut }) => ({ name, leavesOut, values: of.get(name) ?? [] }))
  const shared = { references: [expressMulter, bareBusboy] }
  const results: WorkloadResult[] = [
    { id: 'upload-huge', title, unit: 'MB/s', isMoreBetter: true, rows: rows(values), notes: [], ...shared },
    {
      id: 'upload-huge-memory',
      title: `${title}: growth of the server’s memory`,
      unit: 'MiB',
      isMoreBetter: false,
      rows: rows(growth),
      notes: [
        'From its resident memory after an upload of 4 MiB to its peak. Of nginx the first process only, which takes no uploads.',
      ],
      references: [],
    },
  ]
  const [own] = [...servers].filter(([{ name }]) => name === tintype)
  if (own) results.push(await measureGrowth({ side: own[0], server: own[1] }, context))
  return results
}

/** What a MiB costs in an upload of 1 MiB to 1 GiB. */
async function measureGrowth(own: Target, context: BenchContext): Promise<WorkloadResult> {
  const sizes = context.isQuick ? [1, 16] : [1, 4, 16, 64, 256, 1024, ...(context.isFull ? [4096] : [])]
  const values = await runRounds(
    sizes.map((size) => ({
      name: size < 1024 ? `${size} MiB` : `${size / 1024} GiB`,
      turn: async () => (await upload(own, { byteSize: size * mebibyte }, context)) / size,
    })),
    { ...context, rounds: context.isQuick ? 1 : 3 },
  )
  return {
    id: 'growth-upload',
    title: 'Tintype: time per MiB, by the size of one upload',
    unit: 'ms',
    isMoreBetter: false,
    rows: [...values].map(([name, times]) => ({ name, values: times })),
    references: [],
    notes: ['One upload at a time; the smallest carries the cost that every upload has, such as two syncs.'],
  }
}

interface Target {
  readonly side: UploadSide
  readonly server: RunningServer
}

/** Uploads a photograph with as many bytes behind its end as are wanted; resolves with the milliseconds it took. */
async function upload({ side, server }: Target, { byteSize }: { byteSize: number }, context: BenchContext) {
  const { before, behind } = formFrame()
  const photo = context.bodies.small
  const frame = side.kind === 'form' ? [before, behind] : [new Uint8Array(), new Uint8Array()]
  const body: LoadBody = {
    prefix: Buffer.concat([frame[0] ?? before, photo]),
    filling,
    fillingByteSize: byteSize - photo.length,
    suffix: frame[1] ?? behind,
  }
  const heads = [side.head(byteSizeOf(body))]
  const result = await context.generator.run({ port: server.port, connections: 1, heads, body, requests: 1 })
  assertAllAnswered(result, side.status)
  if (side.name === tintype) {
    await settleTintype(server.port)
    emptyOriginals(server.directory)
  } else emptyFiles(server.directory)
  return result.latencyMs.max
}

function emptyOriginals(directory: string): void {
  const originals = join(directory, 'media/originals')
  for (const shard of readdirSync(originals)) emptyFiles(join(originals, shard))
}

const filling = makeFilling()
