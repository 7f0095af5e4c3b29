import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runRounds } from '../run-rounds.ts'
import { startFastapi, startPeer, startTintype } from '../servers/contestants.ts'
import { memoryOfTree } from '../servers/process-memory.ts'
import { bareBusboy, expressMulter, fastapiName, tintype } from '../servers/upload-sides.ts'
import { uploadPhoto } from '../upload-photo.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

/** From the start of the process to its first answer, and its idle memory. */
export async function measureStart(context: BenchContext): Promise<WorkloadResult[]> {
  const idle = new Map<string, number[]>()
  const firstUpload: number[] = []
  const servers = [
    { name: tintype, start: startTintype() },
    { name: expressMulter, start: startPeer('express-multer') },
    { name: '@fastify/multipart', start: startPeer('fastify-multipart') },
    { name: bareBusboy, start: startPeer('bare-busboy') },
    { name: fastapiName, start: startFastapi },
  ].filter(({ name }) => !context.leftOut.has(name))
  context.say('Start')
  const values = await runRounds(
    servers.map(({ name, start }) => ({
      name,
      async turn() {
        await using server = await start(join(context.directory, 'start'))
        if (!context.isQuick) await delay(1000) // what loads after the first answer counts as idle memory
        idle.set(name, [...(idle.get(name) ?? []), memoryOfTree(server.pid) / 1024 ** 2])
        return server.startMs
      },
    })),
    { ...context, rounds: context.isQuick ? 1 : Math.max(context.rounds, 7) },
  )
  for (let round = 0; round < context.rounds; round++) {
    const startedAt = performance.now()
    await using server = await startTintype()(join(context.directory, 'start'))
    await uploadPhoto(server.port, context.bodies.small)
    firstUpload.push(performance.now() - startedAt)
  }
  const rows = (of: ReadonlyMap<string, number[]>) => [...of].map(([name, each]) => ({ name, values: each }))
  const shared = { isMoreBetter: false, notes: [] }
  return [
    {
      ...shared,
      id: 'start',
      title: 'Start to first answer',
      unit: 'ms',
      rows: rows(values),
      references: [expressMulter],
    },
    {
      ...shared,
      id: 'idle',
      title: 'Memory a second after the start',
      unit: 'MiB',
      rows: rows(idle),
      references: [expressMulter],
    },
    {
      ...shared,
      id: 'first-upload',
      title: 'Tintype: start to first 201',
      unit: 'ms',
      rows: [{ name: tintype, values: firstUpload }],
      references: [],
    },
  ]
}
