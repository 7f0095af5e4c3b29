import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { perSecond, runRounds } from '../run-rounds.ts'
import {
  type StartServer,
  startFastapi,
  startNginx,
  startNginxBefore,
  startPeer,
  startTintype,
} from '../servers/contestants.ts'
import { settleTintype } from '../servers/settle-tintype.ts'
import { ceiling, fastapiName, tintype } from '../servers/upload-sides.ts'
import { uploadPhoto } from '../upload-photo.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

/** The static servers that Tintype is compared with. */
export const staticPeers = ['send', 'express.static', '@fastify/static', 'koa-static']

interface StaticSide {
  readonly name: string
  readonly port: number
  readonly leavesOut: string
  readonly small: string
  readonly large: string
  /** Its validator of the large file; absent if it has none. */
  readonly etag: string | null
}

/** A rendition of about 20 KB, an original of about 300 KB, and the answer that nothing has changed. */
export async function measureDelivery(context: BenchContext): Promise<WorkloadResult[]> {
  await using running = new AsyncDisposableStack()
  const sides = await startSides(running, context)
  for (const { port, small, large } of sides) {
    const heads = [small, large].map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await context.generator.run({ port, connections: 32, heads, requests: context.isQuick ? 100 : 6000 })
  }
  const measured = [
    {
      id: 'deliver-small',
      title: 'A rendition that exists, 32 at once',
      status: 200,
      pick: 'small' as const,
    },
    { id: 'deliver-large', title: 'An original of 300 KB, 32 at once', status: 200, pick: 'large' as const },
    {
      id: 'deliver-unchanged',
      title: 'An original that has not changed (304), 32 at once',
      status: 304,
      pick: 'large' as const,
    },
  ]
  const results: WorkloadResult[] = []
  for (const { id, title, status, pick } of measured) {
    context.say(title)
    const able = sides.filter(({ name, etag }) => status === 200 || etag !== null || name === ceiling)
    const values = await runRounds(
      able.map((side) => ({
        name: side.name,
        async turn() {
          const condition = status === 304 ? `If-None-Match: ${side.etag}\r\n` : ''
          const path = side.name === ceiling && status === 304 ? '/0' : side[pick]
          const heads = [`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${condition}\r\n`]
          const { turnMs } = context
          const plan = { port: side.port, connections: 32, heads, warmUpMs: turnMs / 3, durationMs: turnMs }
          return perSecond(await context.generator.run(plan), side.name === ceiling ? 200 : status)
        },
      })),
      context,
    )
    const rows = able.map(({ name, leavesOut }) => ({ name, leavesOut, values: values.get(name) ?? [] }))
    const notes = status === 304 ? ['koa-static has no validators and cannot answer 304.'] : []
    const references = [...staticPeers, 'nginx', fastapiName]
    results.push({ id, title, unit: 'per second', isMoreBetter: true, rows, references, notes })
  }
  return results
}

async function startSides(running: AsyncDisposableStack, { directory, bodies, say, leftOut }: BenchContext) {
  const own = running.use(await startTintype()(join(directory, 'deliver')))
  const photo = await uploadPhoto(own.port, bodies.medium)
  const { path, bytes } = await renditionNear(20_000, { port: own.port, id: photo.id })
  const original = await fetch(`http://127.0.0.1:${own.port}${photo.url}`)
  await original.arrayBuffer()
  await settleTintype(own.port)
  say(`  rendition: ${path}, ${bytes.length} bytes`)
  const sides: StaticSide[] = [
    {
      name: tintype,
      port: own.port,
      leavesOut: '–',
      small: path,
      large: photo.url,
      etag: original.headers.get('etag'),
    },
  ]
  if (!leftOut.has('nginx')) {
    const front = running.use(await startNginxBefore(own, join(directory, 'front')))
    const { headers } = await fetch(`http://127.0.0.1:${front.port}${photo.url}`, { method: 'HEAD' })
    sides.push({
      name: `${tintype} behind nginx`,
      port: front.port,
      leavesOut: 'log, metrics, rights, catalog',
      small: path,
      large: photo.url,
      etag: headers.get('etag'),
    })
  }
  for (const { name, start, leavesOut, below = '' } of peers.filter(({ name }) => !leftOut.has(name))) {
    const server = running.use(await start(join(directory, `static-${sides.length}`)))
    await writeFile(join(server.directory, 'small.webp'), bytes)
    await writeFile(join(server.directory, 'large.jpg'), bodies.medium)
    const paths = { small: `${below}/small.webp`, large: `${below}/large.jpg` }
    const { headers } = await fetch(`http://127.0.0.1:${server.port}${paths.large}`, { method: 'HEAD' })
    sides.push({ name, port: server.port, leavesOut, ...paths, etag: headers.get('etag') })
  }
  const { port } = running.use(await startPeer('discard')(join(directory, 'ceiling')))
  const paths = { small: `/${bytes.length}`, large: `/${bodies.medium.length}` }
  sides.push({ name: ceiling, port, leavesOut: 'everything', ...paths, etag: null })
  return sides
}

interface StaticPeer {
  readonly name: string
  readonly start: StartServer
  readonly leavesOut: string
  /** The path below which it serves its directory. */
  readonly below?: string
}

const validators = 'log, metrics, rights, catalog, strong validators'

/** What serves files from a directory. */
const peers: readonly StaticPeer[] = [
  { name: 'send', start: startPeer('send'), leavesOut: validators },
  { name: 'express.static', start: startPeer('express-static'), leavesOut: validators },
  { name: '@fastify/static', start: startPeer('fastify-static'), leavesOut: validators },
  {
    name: 'koa-static',
    start: startPeer('koa-static'),
    leavesOut: 'log, metrics, rights, catalog, validators, ranges',
  },
  { name: 'nginx', start: startNginx, leavesOut: 'log, rights, catalog' },
  {
    name: fastapiName,
    start: startFastapi,
    leavesOut: 'metrics, rights, catalog, quoted validators, ranges',
    below: '/static',
  },
]

/** The rung of the ladder whose WebP comes closest to a size in bytes. */
async function renditionNear(byteSize: number, { port, id }: { port: number; id: string }) {
  const made: { path: string; bytes: Uint8Array }[] = []
  for (const width of [160, 320, 480, 640, 960, 1280]) {
    const path = `/media/${id}/w${width}.webp`
    const answer = await fetch(`http://127.0.0.1:${port}${path}`)
    made.push({ path, bytes: new Uint8Array(await answer.arrayBuffer()) })
  }
  const distance = ({ bytes }: { bytes: Uint8Array }) => Math.abs(bytes.length - byteSize)
  made.sort((one, other) => distance(one) - distance(other))
  const [nearest] = made
  if (!nearest) throw new Error('no rendition was made')
  return nearest
}
