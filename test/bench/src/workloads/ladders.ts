import { execFile } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { assertAllAnswered, runRounds, type Side } from '../run-rounds.ts'
import { startPeer, startTintype } from '../servers/contestants.ts'
import { settleTintype } from '../servers/settle-tintype.ts'
import type { RunningServer } from '../servers/spawn-server.ts'
import { eagerLadder, tintype } from '../servers/tintype-configurations.ts'
import { type UploadedPhoto, uploadPhoto } from '../upload-photo.ts'
import type { BenchContext, WorkloadResult } from '../workload.ts'

/** Renders each width of a ladder from the original, without a server. */
export const inProcessLadder = 'sharp in process, no HTTP'
const fromOriginal = 'limits, a process of its own, storing the result, sync, row'
const timeoutMs = 120_000

/** How long it takes until every width of a photograph of 12 megapixels exists in WebP and in AVIF. */
export async function measureLadders(context: BenchContext): Promise<WorkloadResult[]> {
  await using running = new AsyncDisposableStack()
  const photo = context.isQuick ? context.bodies.small : context.bodies.large
  const start = async (name: string, startServer = startPeer(name)) =>
    running.use(await startServer(join(context.directory, `ladder-${name}`)))
  const own = await start('tintype', startTintype())
  const { width } = await uploadPhoto(own.port, photo)
  const names = await ladderOf(own.port, width)

  const server = await start('http-sharp')
  const file = join(server.directory, 'photo.jpg')
  await writeFile(file, photo)
  const request = async (port: number, paths: readonly string[]) => {
    const heads = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    const result = await context.generator.run({ port, connections: 4, heads, requests: heads.length })
    assertAllAnswered(result, 200)
    return result.elapsedMs / 1000
  }
  const mediaPaths = ({ id }: UploadedPhoto) => names.map((name) => `/media/${id}/${name}`)
  const sides: (Side & { leavesOut: string })[] = [
    {
      name: tintype,
      leavesOut: '–',
      async turn() {
        const uploaded = await uploadPhoto(own.port, photo)
        await settleTintype(own.port)
        return request(own.port, mediaPaths(uploaded))
      },
    },
    {
      name: inProcessLadder,
      leavesOut: `HTTP, ${fromOriginal}`,
      async turn() {
        const entry = fileURLToPath(new URL('../peers/in-process-sharp.ts', import.meta.url))
        const args = [entry, file, String(names.length), ...names]
        return Number((await promisify(execFile)(process.execPath, args)).stdout) / 1000
      },
    },
    {
      name: 'node:http + sharp',
      leavesOut: fromOriginal,
      turn: () =>
        request(
          server.port,
          names.map((name) => `/${name}`),
        ),
    },
  ]
  if (!context.leftOut.has(eagerLadder.name)) {
    const { name, env, leavesOut } = eagerLadder
    const eager = await start('eager', startTintype(env))
    const turn = async () => {
      const uploaded = await uploadPhoto(eager.port, photo)
      const startedAt = performance.now()
      await ladderExists(eager, { id: uploaded.id, names })
      const elapsedMs = performance.now() - startedAt
      await request(eager.port, mediaPaths(uploaded))
      await settleTintype(eager.port)
      return elapsedMs / 1000
    }
    sides.unshift({ name, leavesOut, turn })
  }
  context.say('Ladders')
  const values = await runRounds(sides, context)
  return [
    {
      id: 'ladder',
      title: `A whole ladder: ${names.length} renditions of one photograph`,
      unit: 's',
      isMoreBetter: false,
      rows: sides.map(({ name, leavesOut }) => ({ name, leavesOut, values: values.get(name) ?? [] })),
      references: [inProcessLadder, 'node:http + sharp'],
      notes: [
        `${names.length / 2} widths of a photograph of ${photo.length} bytes, each in WebP (quality 78, effort 2) and AVIF (quality 55, effort 0) everywhere. Made in advance: from the 201 until the last file exists. Otherwise from the first request to the last answer, four at once; the peers render each from the original.`,
      ],
    },
  ]
}

/** The names of all renditions of the ladder that a photo of this width has. */
async function ladderOf(port: number, photoWidth: number): Promise<string[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/trpc/system.limits`)
  const { result } = (await answer.json()) as { result: { data: { widths: number[] } } }
  const widths = result.data.widths.filter((width) => width <= photoWidth)
  return ['webp', 'avif'].flatMap((format) => widths.map((width) => `w${width}.${format}`))
}

/** Waits until the files of all renditions are there; a request would make them. */
async function ladderExists(
  { directory }: RunningServer,
  { id, names }: { readonly id: string; readonly names: readonly string[] },
): Promise<void> {
  const wanted = new Set(names.map((name) => `${id}.${name}`))
  const renditions = join(directory, 'media/renditions')
  for (const until = performance.now() + timeoutMs; performance.now() < until; await delay(20)) {
    const files = await readdir(renditions, { recursive: true }).catch(() => []) // there is none before the first
    if (files.filter((file) => wanted.has(basename(file))).length === wanted.size) return
  }
  throw new Error(`the ladder of ${id} was not there after ${timeoutMs / 1000} s`)
}
