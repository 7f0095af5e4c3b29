import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createAnswerReader } from '../load/answer-reader.ts'
import { makeForm } from '../make-bodies.ts'
import { assertAllAnswered } from '../run-rounds.ts'
import { startFastapi, startPeer, startTintype } from '../servers/contestants.ts'
import { memoryOfTree } from '../servers/process-memory.ts'
import type { RunningServer } from '../servers/spawn-server.ts'
import { bareBusboy, expressMulter, fastapiName, tintype } from '../servers/upload-sides.ts'
import type { BenchContext, Row, WorkloadResult } from '../workload.ts'

const tickMs = 100

const sendMsOf = ({ isQuick }: BenchContext) => (isQuick ? 1000 : 5000)

/** Many phones on bad networks: memory for each, and whether other clients still get answers. */
export async function measureSlowUploads(context: BenchContext): Promise<WorkloadResult[]> {
  const many = context.isQuick ? 50 : 1000
  const counts = context.isQuick ? [many] : [1, 10, 100, many]
  const env = { TINTYPE_MAX_CONCURRENT_UPLOADS: '1200' }
  const sides = [
    { name: tintype, start: startTintype(env), path: '/photos' },
    { name: expressMulter, start: startPeer('express-multer'), path: '/' },
    { name: bareBusboy, start: startPeer('bare-busboy'), path: '/' },
    { name: fastapiName, start: startFastapi, path: '/' },
  ].filter(({ name }) => !context.leftOut.has(name))
  context.say('Slow uploads')
  const outcomes: (Outcome & { name: string; count: number })[] = []
  for (const side of sides) {
    for (const count of side.name === tintype ? counts : [many]) {
      await using server = await side.start(join(context.directory, `slow-${outcomes.length}`))
      const outcome = await trickle({ server, path: side.path }, { count, context })
      outcomes.push({ ...outcome, name: side.name, count })
      context.say(`  ${count} × ${side.name}: ${JSON.stringify(outcome)}`)
    }
  }
  const rows = (pick: (outcome: Outcome) => number): Row[] =>
    outcomes
      .filter(({ count }) => count === many)
      .map((outcome) => ({ name: outcome.name, values: [pick(outcome)], note: describe(outcome) }))
  const shared = { isMoreBetter: false, references: [] }
  const title = `${many} slow uploads at once`
  return [
    {
      ...shared,
      id: 'slow-memory',
      title: `${title}: memory for each`,
      unit: 'KiB',
      rows: rows(({ perUploadByteSize }) => perUploadByteSize / 1024),
      notes: [
        `Each sends 200 KB in ${sendMsOf(context) / 1000} s. Growth of the resident memory of the server and all processes that it started, just before the uploads end, divided by their number. Tintype’s limit of 64 uploads at once is raised.`,
      ],
    },
    {
      ...shared,
      id: 'slow-health',
      title: `${title}: /healthz beside them, 99th percentile`,
      unit: 'ms',
      rows: rows(({ healthP99Ms }) => healthP99Ms).filter(({ name }) => name === tintype),
      notes: [],
    },
    {
      ...shared,
      id: 'growth-memory',
      title: 'Tintype: memory while so many upload slowly',
      unit: 'MiB',
      rows: outcomes
        .filter(({ name }) => name === tintype)
        .map(({ count, grownByteSize }) => ({ name: String(count), values: [grownByteSize / 1024 ** 2] })),
      notes: [],
    },
  ]
}

interface Outcome {
  readonly grownByteSize: number
  readonly perUploadByteSize: number
  readonly healthP99Ms: number
  readonly statuses: Readonly<Record<string, number>>
}

const describe = ({ statuses }: Outcome) =>
  Object.entries(statuses)
    .map(([status, count]) => `${count} × ${status}`)
    .join(', ')

/** Uploads slowly from so many connections at once. */
async function trickle(
  { server, path }: { server: RunningServer; path: string },
  { count, context }: { count: number; context: BenchContext },
): Promise<Outcome> {
  const { contentType, body } = makeForm(context.bodies.small)
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n\r\n`
  const health = (durationMs: number) =>
    context.generator.run({
      port: server.port,
      connections: 1,
      heads: [`GET ${path === '/' ? '/' : '/healthz'} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
      durationMs,
    })
  const warmUp = {
    port: server.port,
    connections: 8,
    heads: [head],
    body,
    requests: context.isQuick ? 8 : 64,
  }
  assertAllAnswered(await context.generator.run(warmUp), 201) // so that neither compiling nor decoders count as growth
  const before = memoryOfTree(server.pid)
  const statuses: Record<string, number> = {}
  const sockets = await Promise.all(Array.from({ length: count }, () => open(server.port, statuses)))
  for (const { socket } of sockets) socket.write(head)
  const sendMs = sendMsOf(context)
  const checked = health(sendMs * 0.9)
  const pieceByteSize = Math.ceil(body.length / (sendMs / tickMs))
  let during = before
  const startedAt = performance.now()
  for (let at = 0, tick = 0; at < body.length; at += pieceByteSize, tick++) {
    for (const { socket } of sockets) socket.write(body.subarray(at, at + pieceByteSize))
    if (at + 2 * pieceByteSize >= body.length) during = memoryOfTree(server.pid)
    await delay(Math.max(0, startedAt + (tick + 1) * tickMs - performance.now()))
  }
  const health99 = await checked
  assertAllAnswered(health99, 200)
  await Promise.race([Promise.all(sockets.map(({ answered }) => answered)), delay(40_000)])
  for (const { socket } of sockets) socket.destroy()
  const grownByteSize = during - before
  return {
    grownByteSize,
    perUploadByteSize: grownByteSize / count,
    healthP99Ms: health99.latencyMs.p99,
    statuses,
  }
}

async function open(
  port: number,
  statuses: Record<string, number>,
): Promise<{ socket: Socket; answered: Promise<void> }> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const { promise: answered, resolve } = Promise.withResolvers<void>()
  let isAnswered = false
  const end = (status: string) => {
    if (!isAnswered) statuses[status] = (statuses[status] ?? 0) + 1
    isAnswered = true
    resolve()
  }
  const reader = createAnswerReader(({ status }) => end(String(status)))
  socket.on('data', (chunk: Buffer) => reader.take(chunk))
  socket.on('error', () => {})
  socket.on('close', () => end('no answer'))
  await once(socket, 'connect')
  return { socket, answered }
}
