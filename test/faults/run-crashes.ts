import { setTimeout as delay } from 'node:timers/promises'
import { type CheckOptions, checkPromises, listFiles } from './check-promises.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { type KillStep, killSteps } from './kill-steps.ts'
import { createLedger } from './ledger.ts'
import { createRandom, type Random } from './random.ts'
import { exchange } from './requests.ts'
import { createSamplePhotos } from './sample-photos.ts'
import { startVictim, type Victim, type VictimOptions } from './victim.ts'
import { runWorkload } from './workload.ts'

/** The result of a run. */
export interface CrashReport {
  kills: number
  /** Of these, kills at a named step. */
  atSteps: number
  /** Answers of 201. */
  acknowledged: number
  /** Leftovers in staging, and orphans, that sweeps have removed or set aside. */
  swept: number
  /** The longest start, in milliseconds. */
  slowestStartMs: number
  /** Steps that were never reached. */
  readonly missed: KillStep[]
  /** Promised photos that are lost. */
  readonly lost: string[]
  /** Everything else that must not happen. */
  readonly broken: string[]
}

/** Options of a run. */
export interface CrashRunOptions {
  /** How often the server is killed: first once at every named step, then at random. */
  readonly kills: number
  /** The same seed plans the same uploads and the same kills. */
  readonly seed: number
  readonly onProgress?: (report: CrashReport) => void
}

/** One life of the server. */
interface Life {
  readonly at?: VictimOptions['at']
  /** Milliseconds after the start of the process. */
  readonly afterMs?: number
  /** Milliseconds after the load began. */
  readonly afterLoadMs: number
  /** All blobs were made old before, so that no orphan may stay. */
  readonly isAged: boolean
}

// Long enough to reach the rarest step on a busy machine.
const stepPatienceMs = 120_000
const tidyPatienceMs = 60_000
const livesBetweenAgeing = 10

/** Kills a server again and again, always on the same data, and checks its promises after each restart. */
export async function runCrashes({ kills, seed, onProgress }: CrashRunOptions): Promise<CrashReport> {
  const random = createRandom(seed)
  const ledger = createLedger(random, await createSamplePhotos())
  const report: CrashReport = {
    ...{ kills: 0, atSteps: 0, acknowledged: 0, swept: 0, slowestStartMs: 0 },
    ...{ missed: [], lost: [], broken: [] },
  }
  const options: CheckOptions = {
    ledger,
    random,
    onLost: (what) => report.lost.push(what),
    onBroken: (what) => report.broken.push(what),
  }
  await using data = await openDataDirectory()

  for (let at = 0; report.kills < kills; at += 1) {
    const life = planLife(at, random)
    if (life.isAged) await data.age()
    const victim = await startVictim({ ...life, dataDirectory: data.path })
    await untilDeath(victim, async (url) => {
      await check(url, data, { ...options, isAged: life.isAged })
      victim.killAfter(life.afterLoadMs)
      await runWorkload(url, options)
    })
    await bury(victim, life, report)
    report.acknowledged = ledger.acknowledged
    onProgress?.(report)
    if (victim.url === undefined && !life.at && life.afterMs === undefined) return report
  }

  await data.age()
  const last = await startVictim({ dataDirectory: data.path })
  await untilDeath(last, (url) => check(url, data, { ...options, isAged: true }))
  const ending = await last.stop()
  report.swept += last.swept
  if (ending !== 'exit 0 ') report.broken.push(`the server was stopped and ended with ${ending}`)
  return report
}

/** Every named step in turn; then random moments under load, and sometimes one during the start. */
function planLife(at: number, random: Random): Life {
  const step = killSteps[at]
  if (step !== undefined) {
    const isOnce = /^(migration|shard)-/.test(step)
    const count = isOnce ? 1 : 1 + random.below(5)
    return { at: { step, count }, afterLoadMs: stepPatienceMs, isAged: false }
  }
  const isAged = at % livesBetweenAgeing === 0
  const afterLoadMs = random.below(1500)
  if (isAged || random.below(8) > 0) return { afterLoadMs, isAged }
  return { afterMs: 50 + random.below(1200), afterLoadMs, isAged }
}

/** Runs a task with a server. It is not a failure if the server dies in the meantime. */
async function untilDeath(victim: Victim, work: (url: string) => Promise<void>): Promise<void> {
  if (victim.url === undefined) return
  try {
    await work(victim.url)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    await victim.dead
  }
}

async function check(
  url: string,
  data: DataDirectory,
  options: CheckOptions & { readonly isAged: boolean },
): Promise<void> {
  const { onBroken, isAged } = options
  const isSwept = await becomes(url, async () => (await data.staged()).length === 0)
  if (!isSwept) onBroken(`staging keeps ${(await data.staged()).join(' ')}`)
  await checkPromises(url, options)
  if (!isAged) return
  const surplus = async () => new Set(await data.blobs()).symmetricDifference(new Set(await listFiles(url)))
  const isTidy = await becomes(url, async () => (await surplus()).size === 0)
  if (!isTidy) onBroken(`blobs and rows differ: ${[...(await surplus())].join(' ')}`)
}

async function bury(victim: Victim, { at }: Life, report: CrashReport): Promise<void> {
  const ending = await victim.dead
  report.swept += victim.swept
  report.slowestStartMs = Math.max(report.slowestStartMs, Math.round(victim.startMs))
  if (ending !== 'SIGKILL') report.broken.push(`the server ended by itself: ${ending}`)
  report.kills += 1
  if (at === undefined) return
  if (victim.isKilled) report.missed.push(at.step)
  else report.atSteps += 1
}

/** Rejects if the server dies in the meantime. */
async function becomes(url: string, isSo: () => Promise<boolean>): Promise<boolean> {
  for (const endMs = performance.now() + tidyPatienceMs; performance.now() < endMs; await delay(20)) {
    if (await isSo()) return true
    await exchange(`${url}/healthz`)
  }
  return false
}
