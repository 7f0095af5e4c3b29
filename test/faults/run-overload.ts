import { setTimeout as delay } from 'node:timers/promises'
import { readState, type ServerState } from '../support/read-state.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { untilQuiet } from '../support/until-quiet.ts'
import { ask, postBytes } from '../support/uploads.ts'
import { type Offer, type OfferedLoad, offerUploads } from './offer-uploads.ts'
import { readPhoto } from './requests.ts'
import { createSamplePhotos, sha256 } from './sample-photos.ts'

/** The result of a run. */
export interface OverloadReport {
  /** Photos accepted every second, at the load that saturates the server and at four times that load. */
  readonly peakPerSecond: number
  readonly overloadedPerSecond: number
  readonly acknowledged: number
  readonly refused: number
  readonly refusedUnread: number
  /** Milliseconds for `/healthz` and for a photo's bytes under that load: the median and the 99th percentile. */
  readonly healthMs: Percentiles
  readonly mediaMs: Percentiles
  readonly loopDelayP99Ms: number
  /** When it began, and when all was over. */
  readonly before: ServerState
  readonly after: ServerState
  /** Answers that are neither 201 nor a proper 503, and probes that were refused. */
  readonly broken: readonly string[]
  /** Acknowledged photos that are missing or not whole. */
  readonly lost: readonly string[]
}

interface Percentiles {
  readonly p50: number
  readonly p99: number
}

const steps = [4, 8, 16, 32]
const overload = 4
/** The default of `TINTYPE_MAX_CONCURRENT_UPLOADS`. */
const places = 64
const probeEveryMs = 10

/** Finds the load that saturates a server, offers four times as much, and checks the server. */
export async function runOverload({
  phaseMs,
  cores,
}: {
  readonly phaseMs: number
  /** Processors that the server may use, as `taskset` names them; all if omitted. */
  readonly cores?: string | undefined
}): Promise<OverloadReport> {
  await using tintype = await startTintype({ cores })
  const { url } = tintype
  const sampleOf = await createSamplePhotos({ width: 1024, height: 768 })
  let nonce = 0
  // No filler: making it would cost the client more than the server.
  const makeSample = () => sampleOf(nonce++, 0)
  const hot = readPhoto({
    ...(await postBytes(tintype, makeSample().bytes())),
    isReplay: false,
    retryAfter: undefined,
  })
  await offerUploads({ url, makeSample, durationMs: phaseMs, pace: { clients: 8 } }) // decoders start
  await untilQuiet(tintype)
  const before = await readState(tintype)

  const offer = (durationMs: number, pace: Offer['pace']) =>
    offerProbed({ url, makeSample, durationMs, pace }, { tintype, hotPath: hot.url })
  const loads: ProbedLoad[] = []
  for (const clients of steps) loads.push(await offer(phaseMs, { clients }))
  const peakPerSecond = Math.max(...loads.map(goodput))
  await untilQuiet(tintype)

  await readState(tintype) // from here on the delay of the event loop counts
  // Three quarters of these find no slot, however much faster the machine is now, unless slots are not counted.
  const pace = { perSecond: peakPerSecond * overload, atOnce: places * overload }
  const overloaded = await offer(phaseMs * 2, pace)
  const { loopDelayP99Ms } = await readState(tintype)
  await untilQuiet(tintype)
  loads.push(overloaded)

  const lost: string[] = []
  for (const [path, wanted] of loads.flatMap(({ acknowledged }) => [...acknowledged])) {
    const { status, body } = await ask(tintype, path)
    if (status !== 200 || sha256(body) !== wanted) lost.push(`${path} was answered ${status}`)
  }
  return {
    peakPerSecond,
    overloadedPerSecond: goodput(overloaded),
    acknowledged: loads.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0),
    refused: overloaded.refused,
    refusedUnread: overloaded.refusedUnread,
    healthMs: percentiles(overloaded.health.latencies),
    mediaMs: percentiles(overloaded.media.latencies),
    loopDelayP99Ms,
    before,
    after: await readState(tintype),
    broken: loads.flatMap((load) => [load, load.health, load.media]).flatMap(({ unexpected }) => unexpected),
    lost,
  }
}

function goodput({ acknowledged, durationMs }: OfferedLoad): number {
  return acknowledged.size / (durationMs / 1000)
}

interface Probe {
  /** Milliseconds of each answer. */
  readonly latencies: readonly number[]
  /** Answers other than 200. */
  readonly unexpected: readonly string[]
}

interface ProbedLoad extends OfferedLoad {
  readonly health: Probe
  readonly media: Probe
}

/** Offers a load, and requests `/healthz` and a photo all the time: at every load, so that it costs the same. */
async function offerProbed(
  offer: Offer,
  { tintype, hotPath }: { readonly tintype: Tintype; readonly hotPath: string },
): Promise<ProbedLoad> {
  const probing = new AbortController()
  const probes = ['/healthz', hotPath].map((path) => probe(tintype, path, probing.signal)) as [
    Promise<Probe>,
    Promise<Probe>,
  ]
  const load = await offerUploads(offer).finally(() => probing.abort())
  const [health, media] = await Promise.all(probes)
  return { ...load, health, media }
}

/** Sends requests until it is stopped. */
async function probe(tintype: Tintype, path: string, signal: AbortSignal): Promise<Probe> {
  const latencies: number[] = []
  const unexpected: string[] = []
  while (!signal.aborted) {
    const startedAt = performance.now()
    const { status } = await ask(tintype, path)
    latencies.push(performance.now() - startedAt)
    if (status !== 200) unexpected.push(`${path} was answered ${status}`)
    await delay(probeEveryMs)
  }
  return { latencies, unexpected }
}

function percentiles(latencies: readonly number[] = []): Percentiles {
  const sorted = latencies.toSorted((one, other) => one - other)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}
