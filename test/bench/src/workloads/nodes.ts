import { perSecond, runRounds } from '../run-rounds.ts'
import { isNginxHere } from '../servers/contestants.ts'
import { settleTintype } from '../servers/settle-tintype.ts'
import { behindNginx, type Cluster, onDisk, startClusters } from '../servers/start-clusters.ts'
import { hasEngines } from '../servers/start-engines.ts'
import { type UploadedPhoto, uploadPhoto } from '../upload-photo.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

/** One and two servers, a disk and engines: uploads, views and lists a second, and the processor time of the servers for each. */
export async function measureNodes(context: BenchContext): Promise<WorkloadResult[]> {
  if (context.isQuick || !hasEngines || !isNginxHere) {
    context.say('nodes: left out; it needs a whole run, and what scripts/install-backends.sh installs')
    return []
  }
  await using running = new AsyncDisposableStack()
  const clusters = await startClusters(context.directory, running)
  const { bodies } = context
  // A number of requests, not a time: on a busy machine their processor time can still be compared.
  const size = context.isFull ? 10 : 1
  const prepared = await Promise.all(clusters.map((cluster) => prepare(cluster, bodies.small)))
  const measured = [
    {
      id: 'nodes-upload',
      title: 'Uploads of 200 KB, 8 at once',
      status: 201,
      requests: 24 * size,
      plan: () => ({ connections: 8, body: bodies.small, heads: [post(bodies.small.length)] }),
    },
    {
      id: 'nodes-view',
      title: 'Views of 50 thumbnails in turn, 8 at once',
      status: 200,
      requests: 800 * size,
      plan: ({ thumbnails }: Prepared) => ({ connections: 8, heads: thumbnails.map(get) }),
    },
    {
      id: 'nodes-list',
      title: 'A page of 50 photos, 8 at once',
      status: 200,
      requests: 160 * size,
      plan: () => ({ connections: 8, heads: [get(page)] }),
    },
  ]
  const results: WorkloadResult[] = []
  for (const { id, title, status, requests, plan } of measured) {
    context.say(title)
    const cpu = new Map(prepared.map(({ cluster }) => [cluster.name, [] as number[]]))
    const values = await runRounds(
      prepared.map((side) => ({
        name: side.cluster.name,
        async turn() {
          const before = side.cluster.cpuMs()
          const result = await context.generator.run({ port: side.cluster.port, requests, ...plan(side) })
          await Promise.all(side.cluster.nodes.map(({ port }) => settleTintype(port)))
          const answers = Object.values(result.statuses).reduce((total, count) => total + count, 0)
          cpu.get(side.cluster.name)?.push((side.cluster.cpuMs() - before) / answers)
          return perSecond(result, status)
        },
      })),
      context,
    )
    const shared = { references: [onDisk, behindNginx], notes: [] }
    results.push(
      { id, title, unit: 'per second', isMoreBetter: true, rows: rowsOf(values), ...shared },
      {
        id: `${id}-cpu`,
        title: `${title}: processor time of servers and nginx`,
        unit: 'ms each',
        isMoreBetter: false,
        rows: rowsOf(cpu),
        ...shared,
      },
    )
  }
  return results
}

const page = `/trpc/photos.list?input=${encodeURIComponent('{"limit":50}')}`
const photoCount = 50

interface Prepared {
  readonly cluster: Cluster
  readonly thumbnails: readonly string[]
}

/** Uploads photos, and requests their thumbnails until each server has those in memory that it serves. */
async function prepare(cluster: Cluster, bytes: Uint8Array): Promise<Prepared> {
  const thumbnails: string[] = []
  for (let count = 0; count < photoCount; count += 1) {
    const { id }: UploadedPhoto = await uploadPhoto(cluster.port, bytes)
    thumbnails.push(`/media/${id}/thumb.webp`)
  }
  for (let round = 0; round < 3; round += 1)
    for (const path of thumbnails) {
      const answer = await fetch(`http://127.0.0.1:${cluster.port}${path}`)
      if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`)
      await answer.arrayBuffer()
    }
  return { cluster, thumbnails }
}

function rowsOf(values: ReadonlyMap<string, readonly number[]>) {
  return [...values].map(([name, each]) => ({ name, values: each, leavesOut: '–' }))
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
}

function post(byteSize: number): string {
  const type = `Content-Type: image/jpeg\r\nContent-Length: ${byteSize}\r\n`
  return `POST /photos HTTP/1.1\r\nHost: localhost\r\n${type}\r\n`
}
