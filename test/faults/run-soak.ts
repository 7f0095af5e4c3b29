import { setTimeout as delay } from 'node:timers/promises'
import { makeImage } from '@tintype/imaging/testing'
import { abandonedUploads } from '../support/abandoned-uploads.ts'
import { openConnection, requestHead } from '../support/raw-http.ts'
import { readState, type ServerState } from '../support/read-state.ts'
import { shortHeap } from '../support/short-heap.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { untilQuiet } from '../support/until-quiet.ts'
import { ask, postBytes } from '../support/uploads.ts'
import { checkPromises } from './check-promises.ts'
import { createLedger } from './ledger.ts'
import { createRandom, type Random } from './random.ts'
import { createSamplePhotos } from './sample-photos.ts'
import { type Action, createActions } from './workload.ts'

/** The result of a run. */
export interface SoakReport {
  readonly acknowledged: number
  readonly deeds: Readonly<Record<string, number>>
  /** After the warm-up, when all was quiet. */
  readonly before: ServerState
  /** At the end, when all was quiet again. */
  readonly after: ServerState
  readonly highestWalByteSize: number
  /** Mebibytes a minute from the end of the warm-up, the line that fits the samples best. */
  readonly memorySlope: number
  readonly lost: readonly string[]
  readonly broken: readonly string[]
}

/** An action of a client. */
type Deed = (tintype: Tintype, random: Random) => Promise<void>

const workers = 6
const mebibyte = 1024 * 1024
const sampleEveryMs = 1000
/** Of the whole time; in it decoders start and caches fill. */
const warmUpShare = 0.3

/** Honest clients, hostile ones, and clients that leave, all at once for a while. Then checks what remains. */
export async function runSoak({
  durationMs,
  seed,
}: {
  durationMs: number
  seed: number
}): Promise<SoakReport> {
  const random = createRandom(seed)
  const ledger = createLedger(random, await createSamplePhotos())
  const lost: string[] = []
  const broken: string[] = []
  const options = {
    ledger,
    random,
    onLost: (what: string) => lost.push(what),
    onBroken: (what: string) => broken.push(what),
  }
  const deeds = await createDeeds()
  const actions = createActions(options)
  // Has every name from the start, so that an action that never happens is noticed.
  const counts = Object.fromEntries([...Object.keys(actions), ...Object.keys(deeds)].map((name) => [name, 0]))
  await using tintype = await startTintype({ keepsLog: false, env: shortHeap })

  async function load(untilMs: number): Promise<void> {
    const work = async () => {
      while (performance.now() < untilMs || drawn < everything.length) {
        drawn += 1
        const [name, deed] = draw()
        counts[name] = (counts[name] ?? 0) + 1
        await deed(tintype, random)
      }
    }
    await Promise.all(Array.from({ length: workers }, work))
    await untilQuiet(tintype)
  }
  const honest = Object.entries(actions).flatMap(([name, action]: [string, Action]) => {
    const deed: Deed = ({ url }) => action(url)
    return Array.from({ length: 3 }, (): [string, Deed] => [name, deed])
  })
  const everything = [...honest, ...Object.entries(deeds)]
  const draw = createDeck(everything, random)
  let drawn = 0

  const startedAt = performance.now()
  await load(startedAt + durationMs * warmUpShare)
  const before = await readState(tintype)
  const samples: ServerState[] = []
  const times: number[] = []
  const ending = new AbortController()
  const sampling = sampleUntil(ending.signal, async () => {
    samples.push(await readState(tintype))
    times.push((performance.now() - startedAt) / 60_000)
  })
  await load(startedAt + durationMs)
  ending.abort()
  await sampling
  const after = await readState(tintype)
  await checkPromises(tintype.url, options)
  return {
    acknowledged: ledger.acknowledged,
    deeds: counts,
    before,
    after,
    highestWalByteSize: Math.max(...samples.map(({ walByteSize }) => walByteSize)),
    memorySlope: slope(
      times,
      samples.map(({ memoryByteSize }) => memoryByteSize / mebibyte),
    ),
    lost,
    broken,
  }
}

/** Draws items at random, each once before any comes again. */
function createDeck<Item>(items: readonly Item[], random: Random): () => Item {
  let left: Item[] = []
  return () => {
    if (left.length === 0) left = [...items]
    const [drawn] = left.splice(random.below(left.length), 1)
    if (drawn === undefined) throw new Error('there is nothing to draw')
    return drawn
  }
}

/** Actions of hostile clients and of clients that leave. None may make a photo. */
async function createDeeds(): Promise<Record<string, Deed>> {
  const image = await makeImage({ width: 80, height: 60, format: 'jpeg' })
  const stages = abandonedUploads(image, 2 * mebibyte)
  return {
    async abort(tintype, random) {
      using connection = await openConnection(tintype.url)
      await random.pick(stages)?.send(connection)
      connection.reset()
    },
    async garbage(tintype, random) {
      await postBytes(tintype, random.bytes(1 + random.below(100_000)))
    },
    async brokenImage(tintype, random) {
      const bytes = Buffer.from(image)
      random.bytes(40).copy(bytes, 4)
      await postBytes(tintype, bytes.subarray(0, 60))
    },
    async noHttp(tintype, random) {
      using connection = await openConnection(tintype.url)
      await connection.write(random.bytes(200))
      await connection.ended
    },
    async leaver(tintype) {
      using connection = await openConnection(tintype.url)
      await connection.write(requestHead('GET /trpc/photos.list'))
      connection.reset()
    },
    async unknown(tintype) {
      await ask(tintype, '/media/00000000-0000-7000-8000-000000000000.jpg')
    },
  }
}

async function sampleUntil(signal: AbortSignal, sample: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await sample()
    await delay(sampleEveryMs, undefined, { signal }).catch(() => {})
  }
}

/** Of the straight line through the points, by least squares. */
function slope(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanX, meanY] = [mean(xs), mean(ys)]
  const covariance = xs.reduce((sum, x, at) => sum + (x - meanX) * ((ys[at] ?? 0) - meanY), 0)
  return covariance / xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0)
}
