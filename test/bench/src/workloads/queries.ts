import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { perSecond, runRounds } from '../run-rounds.ts'
import { startPeer, startTintype } from '../servers/contestants.ts'
import { multiplyPhotos } from '../servers/multiply-photos.ts'
import type { RunningServer } from '../servers/spawn-server.ts'
import { ceiling } from '../servers/upload-sides.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'
import { measureListGrowth } from './list-growth.ts'

/** tRPC's own server, without Tintype. */
export const standalone = 'tRPC standalone'
const trivial = '/trpc/system.limits'
const page = `/trpc/photos.list?input=${encodeURIComponent('{"limit":50}')}`

/** A query that does nothing, and a page of 50 photos out of few and out of many: a million, at most. */
export async function measureQueries(context: BenchContext): Promise<WorkloadResult[]> {
  const { directory, isQuick } = context
  await using running = new AsyncDisposableStack()
  const counts = isQuick ? [100, 1000] : [1000, 10_000, 100_000, 1_000_000]
  const own = new Map<number, RunningServer>()
  for (const count of counts) {
    const data = join(directory, `queries-${count}`)
    await multiplyPhotos(data, { count, photo: context.bodies.small })
    context.say(`  ${count} rows are there`)
    own.set(count, running.use(await startTintype()(data)))
  }
  const [few] = counts
  const first = own.get(few ?? 0)
  if (few === undefined || !first) throw new Error('no server was started')
  const peerDirectory = join(directory, 'trpc-standalone')
  await mkdir(peerDirectory, { recursive: true })
  for (const suffix of ['', '-wal']) {
    const name = `tintype.db${suffix}`
    await cp(join(first.directory, name), join(peerDirectory, name)).catch(() => undefined)
  }
  const limits = await (await fetch(`http://127.0.0.1:${first.port}${trivial}`)).json()
  await writeFile(
    join(peerDirectory, 'limits.json'),
    JSON.stringify((limits as { result: { data: unknown } }).result.data),
  )
  const peer = running.use(await startPeer('trpc-standalone')(peerDirectory))

  const get = (port: number, path: string) => async () => {
    const heads = [`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`]
    const { turnMs } = context
    const plan = { port, connections: 32, heads, warmUpMs: turnMs / 3, durationMs: turnMs }
    return perSecond(await context.generator.run(plan), 200)
  }
  const warmUps: [port: number, path: string][] = [
    ...[...own.values()].flatMap(({ port }): [number, string][] => [
      [port, trivial],
      [port, page],
    ]),
    [peer.port, '/limits'],
    [peer.port, page.replace('/trpc/photos.', '/')],
  ]
  for (const [port, path] of warmUps) {
    const heads = [`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`]
    await context.generator.run({ port, connections: 32, heads, requests: isQuick ? 100 : 3000 })
  }
  const bytesOf = async (port: number, path: string) =>
    (await (await fetch(`http://127.0.0.1:${port}${path}`)).arrayBuffer()).byteLength
  const discards = running.use(await startPeer('discard')(join(directory, 'queries-ceiling')))
  const atMost = async (path: string) => ({
    name: ceiling,
    turn: get(discards.port, `/${await bytesOf(first.port, path)}`),
  })
  const leavesOut = 'log, metrics, rights, Host and Origin, security headers, error shape'
  context.say('Queries')
  const trivialValues = await runRounds(
    [
      { name: 'Tintype', turn: get(first.port, trivial) },
      { name: standalone, turn: get(peer.port, '/limits') },
      await atMost(trivial),
    ],
    context,
  )
  const named = (count: number) => `Tintype, ${count.toLocaleString('en')} photos`
  const listValues = await runRounds(
    [
      ...[...own].map(([count, { port }]) => ({ name: named(count), turn: get(port, page) })),
      { name: standalone, turn: get(peer.port, page.replace('/trpc/photos.', '/')) },
      await atMost(page),
    ],
    context,
  )
  const omissions = new Map([
    [standalone, leavesOut],
    [ceiling, 'everything'],
  ])
  const rows = (values: ReadonlyMap<string, number[]>) =>
    [...values].map(([name, each]) => ({
      name,
      values: each,
      leavesOut: omissions.get(name) ?? '–',
    }))
  const shared = { unit: 'per second', isMoreBetter: true, notes: [] }
  return [
    {
      id: 'query',
      title: 'A trivial tRPC query, 32 at once',
      rows: rows(trivialValues),
      references: [standalone],
      ...shared,
    },
    {
      ...shared,
      id: 'list',
      title: 'A page of 50 photos, 32 at once',
      rows: rows(listValues),
      references: [standalone, named(few)],
      notes: [
        'The standalone server reads the same rows from a copy of the file with the smallest number of photos.',
      ],
    },
    await measureListGrowth(own, page, context),
  ]
}
