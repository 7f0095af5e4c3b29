import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { checkPromises, listFiles } from './check-promises.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { type EngineFaultName, engineFaults } from './engine-faults.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { createRandom, type Random } from './random.ts'
import { exchange, sendUpload, type WholeAnswer } from './requests.ts'
import { createSamplePhotos } from './sample-photos.ts'
import { chooseAction, keep, type WorkloadOptions } from './workload.ts'

/** The result of a run. */
export interface EngineFaultReport {
  rounds: number
  /** Answers of 201. */
  acknowledged: number
  /** Answers that refused a request for now, by their code; `502` are nginx's own about a server that was killed. */
  readonly refused: Record<string, number>
  /** For each fault, the longest time in milliseconds from its end until both servers were ready and an upload was accepted. */
  readonly slowestRecoveryMs: Partial<Record<EngineFaultName, number>>
  /** Objects without a row at the end, which a sweep removes or sets aside when they are two hours old. */
  orphans: number
  /** Acknowledged photos that are lost. */
  readonly lost: string[]
  /** Everything else that must not happen. */
  readonly broken: string[]
}

/** Options of a run. */
export interface EngineFaultOptions {
  /** One fault each, in the order of `faults`, then from its start. */
  readonly rounds: number
  readonly faults: readonly EngineFaultName[]
  /** The same seed plans the same uploads and the same lengths of faults. */
  readonly seed: number
  /** The longest a fault lasts. It lasts at least a quarter of that. */
  readonly longestFaultMs: number
  readonly onProgress?: (report: EngineFaultReport, name: EngineFaultName) => void
}

/** A round: a fault, and how long it lasts. */
interface Round {
  readonly name: EngineFaultName
  readonly lengthMs: number
  readonly random: Random
}

const workers = 6
// Twice as long as the driver for PostgreSQL repeats an insert; a busy machine takes several times as long as a quiet one.
const recoveryPatienceMs = 60_000

/**
 * Runs two servers behind nginx over one PostgreSQL and one bucket, and lets something happen to them again and again while
 * clients upload, delete, render and list. After each fault everything must work again by itself, and every promise is checked.
 */
export async function runEngineFaults(options: EngineFaultOptions): Promise<EngineFaultReport> {
  const random = createRandom(options.seed)
  const ledger = createLedger(random, await createSamplePhotos())
  const report: EngineFaultReport = {
    ...{ rounds: 0, acknowledged: 0, orphans: 0 },
    ...{ refused: {}, slowestRecoveryMs: {}, lost: [], broken: [] },
  }
  await using cluster = await startCluster()
  for (let at = 0; at < options.rounds; at += 1) {
    const name = options.faults[at % options.faults.length] as EngineFaultName
    const shortestMs = options.longestFaultMs / 4
    const lengthMs = shortestMs + random.below(options.longestFaultMs - shortestMs)
    await runRound(cluster, { name, lengthMs, random }, ledger, report)
    const onLost = (what: string) => report.lost.push(`after ${name}: ${what}`)
    const onBroken = (what: string) => report.broken.push(`after ${name}: ${what}`)
    // On a busy machine a connection may still take too long.
    const isRefusal = (answer: WholeAnswer) => refusalOf(answer) !== undefined
    await checkPromises(cluster.url, { ledger, random, onLost, onBroken, isRefusal })
    report.rounds += 1
    report.acknowledged = ledger.acknowledged
    options.onProgress?.(report, name)
  }
  // Objects are listed last: a rendition may still be made in advance in the meantime.
  const listed = new Set(await listFiles(cluster.url))
  const stored = (await cluster.blobs()).map((key) => basename(key))
  report.orphans = stored.filter((name) => !listed.has(name)).length
  for (const name of listed) if (!stored.includes(name)) report.broken.push(`${name} has a row and no object`)
  return report
}

async function runRound(
  cluster: Cluster,
  { name, lengthMs, random }: Round,
  ledger: Ledger,
  report: EngineFaultReport,
): Promise<void> {
  const onBroken = (what: string) => report.broken.push(`during ${name}: ${what}`)
  const refuse = (code: string) => {
    report.refused[code] = (report.refused[code] ?? 0) + 1
  }
  const isRefusal = (answer: WholeAnswer, method: string) => {
    const code =
      refusalOf(answer) ??
      repeatedOf(answer, method) ??
      (name === 'node-killed' ? unfinishedOf(answer) : undefined)
    if (code !== undefined) refuse(code)
    return code !== undefined
  }
  const options: WorkloadOptions = { ledger, random, onBroken, isRefusal }
  const isOver = { now: false }
  const before = ledger.acknowledged
  const working = Array.from({ length: workers }, async () => {
    while (!isOver.now)
      try {
        await chooseAction(options)(cluster.url, options)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error
        // An answer that a killed server has begun ends early.
        if (name === 'node-killed') refuse('cut off')
        else onBroken(`no answer: ${error.code}`)
      }
  })
  // Ends the wait below if a client fails for a reason of its own.
  const load = Promise.all(working).finally(() => {
    isOver.now = true
  })
  load.catch(() => undefined)
  while (ledger.acknowledged < before + workers && !isOver.now) await delay(10)
  await engineFaults[name](cluster, random, lengthMs)
  const endedMs = performance.now()
  const isBack = await recovers(cluster, ledger)
  const recoveryMs = Math.round(performance.now() - endedMs)
  if (isBack) report.slowestRecoveryMs[name] = Math.max(report.slowestRecoveryMs[name] ?? 0, recoveryMs)
  else onBroken(`not ready again ${recoveryMs} ms after the end`)
  isOver.now = true
  await load
}

/** The code of a typed answer that says: later. */
function refusalOf({ status, retryAfter, body }: WholeAnswer): string | undefined {
  if (status !== 503 || !/^[1-9]\d*$/.test(retryAfter ?? '')) return undefined
  return /"code":"(STORAGE_UNAVAILABLE|CATALOG_UNAVAILABLE|OVERLOADED)"/.exec(body.toString())?.[1]
}

/** nginx repeats a deletion that a server answers 503 or that it had when it was killed, and the first one may have been done. */
function repeatedOf({ status }: WholeAnswer, method: string): string | undefined {
  return status === 404 && method === 'DELETE' ? 'deleted already' : undefined
}

/** nginx repeats no upload that a server had when it was killed; and nothing once it has tried both servers. */
function unfinishedOf({ status }: WholeAnswer): string | undefined {
  return status === 502 ? '502' : undefined
}

async function recovers(cluster: Cluster, ledger: Ledger): Promise<boolean> {
  const isReady = async (url: string) => (await exchange(`${url}/readyz`)).status === 200
  const areReady = async () => (await Promise.all(cluster.nodeUrls.map(isReady))).every(Boolean)
  for (const endMs = performance.now() + recoveryPatienceMs; performance.now() < endMs; await delay(20)) {
    if (!(await areReady())) continue
    const entry = ledger.begin()
    const answer = await sendUpload(cluster.url, entry)
    if (answer.status !== 201) continue
    keep(ledger, entry, answer)
    return true
  }
  return false
}
