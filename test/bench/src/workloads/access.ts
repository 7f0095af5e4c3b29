import { join } from 'node:path'
import { perSecond, runRounds } from '../run-rounds.ts'
import { startTintype } from '../servers/contestants.ts'
import { cpuOfTree } from '../servers/process-cpu.ts'
import { settleTintype } from '../servers/settle-tintype.ts'
import type { RunningServer } from '../servers/spawn-server.ts'
import { tintype } from '../servers/tintype-configurations.ts'
import type { UploadedPhoto } from '../upload-photo.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

/** Tintype that identifies its callers. */
export const closed = 'Tintype, closed'
/** The same, with public photos: a list of them has no signed URLs. */
export const closedWithPublicPhotos = 'Tintype, closed, public photos'
/** Public media of the first one, by URLs without a signature: the same process, so that nothing but the signature differs. */
const closedUnsigned = 'Tintype, closed, without a signature'
const adminKey = 'an-admin-key-of-the-benchmark-32-characters'
const closedEnv = {
  TINTYPE_ACCESS: 'closed',
  TINTYPE_ADMIN_KEY: adminKey,
  TINTYPE_DEFAULT_VISIBILITY: 'private',
  // the generator is one caller; the limit of a rate is not what is measured
  TINTYPE_RATE_LIMIT: '1000000/s',
  TINTYPE_UPLOAD_RATE_LIMIT: '1000000/s',
}

/** What access costs: media by a signed URL, a list with a key and an upload with a token, beside the same on an open server. */
export async function measureAccess(context: BenchContext): Promise<WorkloadResult[]> {
  await using running = new AsyncDisposableStack()
  const { directory, bodies } = context
  const sides = [
    { name: tintype, server: running.use(await startTintype()(join(directory, 'access-open'))), bearer: '' },
    {
      name: closed,
      server: running.use(await startTintype(closedEnv)(join(directory, 'access-closed'))),
      bearer: `Authorization: Bearer ${adminKey}\r\n`,
    },
    {
      name: closedWithPublicPhotos,
      server: running.use(
        await startTintype({ ...closedEnv, TINTYPE_DEFAULT_VISIBILITY: 'public' })(
          join(directory, 'access-public'),
        ),
      ),
      bearer: `Authorization: Bearer ${adminKey}\r\n`,
    },
  ]
  const prepared = await Promise.all(sides.map((side) => prepare(side, bodies.small)))
  const unsigned = prepared
    .filter(({ name }) => name === closed)
    .map((side) => ({ ...side, name: closedUnsigned, photo: side.publicPhoto }))
  const measured = [
    {
      id: 'access-media',
      title: 'A thumbnail in memory, 32 at once: public, and private by its signed URL',
      status: 200,
      names: [tintype, closed, closedUnsigned],
      plan: ({ photo }: Prepared) => ({ connections: 32, heads: [get(photo.thumbnail.url)] }),
    },
    {
      id: 'access-list',
      title: 'A page of 20 photos, 32 at once: without a credential, and with a key',
      status: 200,
      names: [tintype, closedWithPublicPhotos, closed],
      plan: ({ bearer }: Prepared) => ({ connections: 32, heads: [get('/trpc/photos.list', bearer)] }),
    },
    {
      id: 'access-upload',
      title: 'Uploads of 200 KB, 8 at once: without a credential, and with upload tokens',
      status: 201,
      names: [tintype, closed],
      plan: ({ bearers }: Prepared) => ({
        connections: 8,
        body: bodies.small,
        heads: bearers.map((bearer) => post(bodies.small.length, bearer)),
      }),
    },
  ]
  const sizes = `Answers have ${prepared.map(({ name, pageByteSize }) => `${pageByteSize} bytes (${name})`).join(', ')}: private photos have signed URLs.`
  const results: WorkloadResult[] = []
  for (const { id, title, status, names, plan } of measured) {
    const contestants = [...prepared, ...unsigned].filter(({ name }) => names.includes(name))
    const cpuUs = new Map<string, number[]>()
    context.say(title)
    const values = await runRounds(
      contestants.map((side) => ({
        name: side.name,
        async turn() {
          const { turnMs } = context
          const times = { warmUpMs: turnMs / 3, durationMs: turnMs }
          const load = { port: side.server.port, ...times, ...plan(side) }
          const before = cpuOfTree(side.server.pid)
          const result = await context.generator.run(load)
          const answers = result.statuses[status] ?? 0
          const value = perSecond(result, status)
          await settleTintype(side.server.port, side.headers)
          const usedUs = (cpuOfTree(side.server.pid) - before) * 1000
          cpuUs.set(side.name, [...(cpuUs.get(side.name) ?? []), usedUs / answers])
          return value
        },
      })),
      context,
    )
    const rowsOf = (measuredOf: ReadonlyMap<string, readonly number[]>) =>
      contestants.map(({ name }) => ({ name, leavesOut: '–', values: measuredOf.get(name) ?? [] }))
    const shared = { references: [tintype, closedUnsigned], notes: id === 'access-list' ? [sizes] : [] }
    results.push(
      { id, title, unit: 'per second', isMoreBetter: true, rows: rowsOf(values), ...shared },
      {
        ...{ id: `${id}-cpu`, title: `${title}: processor time of each`, unit: 'µs', ...shared },
        isMoreBetter: false,
        rows: rowsOf(cpuUs),
      },
    )
  }
  return results
}

interface Prepared {
  readonly name: string
  readonly server: RunningServer
  readonly bearer: string
  readonly headers: Record<string, string>
  readonly photo: UploadedPhoto & { readonly thumbnail: { readonly url: string } }
  /** One that everyone may read. */
  readonly publicPhoto: Prepared['photo']
  /** Of the answer to `photos.list`. */
  readonly pageByteSize: number
  /** One header for each upload token; a single empty one if none is needed. */
  readonly bearers: readonly string[]
}

/** Uploads twenty photos, makes the upload tokens, and warms the server up. */
async function prepare(
  side: Pick<Prepared, 'name' | 'server' | 'bearer'>,
  bytes: Uint8Array,
): Promise<Prepared> {
  const origin = `http://127.0.0.1:${side.server.port}`
  const headers: Record<string, string> = side.bearer === '' ? {} : { Authorization: `Bearer ${adminKey}` }
  const post = async (path: string, body: Uint8Array<ArrayBuffer> | string, type: string) => {
    const answer = await fetch(origin + path, {
      method: 'POST',
      body,
      headers: { ...headers, 'Content-Type': type },
    })
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`)
    return await answer.json()
  }
  const upload = async (query = ''): Promise<Prepared['photo']> =>
    (await post(`/photos/thumbnail${query}`, new Uint8Array(bytes), 'image/jpeg')).photo
  const publicPhoto = await upload('?visibility=public')
  let photo = await upload()
  for (let count = 1; count < 20; count++) photo = await upload()
  for (let round = 0; round < 3; round++)
    for (const { thumbnail } of [photo, publicPhoto])
      await (await fetch(origin + thumbnail.url)).arrayBuffer()
  const page = await (await fetch(`${origin}/trpc/photos.list`, { headers })).text()
  const common = { ...side, headers, photo, publicPhoto, pageByteSize: page.length }
  if (side.bearer === '') return { ...common, bearers: [''] }
  // a token makes a hundred photos at most
  const inputs = Array.from({ length: 100 }, () => ({ uses: 100 }))
  const { result } = await post('/trpc/tokens.createUpload', JSON.stringify(inputs), 'application/json')
  const bearers = result.data.map(({ token }: { token: string }) => `Authorization: Bearer ${token}\r\n`)
  return { ...common, bearers }
}

function get(path: string, bearer = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${bearer}\r\n`
}

function post(byteSize: number, bearer: string): string {
  const type = `Content-Type: image/jpeg\r\nContent-Length: ${byteSize}\r\n`
  return `POST /photos HTTP/1.1\r\nHost: localhost\r\n${type}${bearer}\r\n`
}
