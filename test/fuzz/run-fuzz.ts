import { join } from 'node:path'
import { listFiles } from '../faults/check-promises.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import type { FuzzCase, FuzzFailure } from './fuzz-case.ts'
import { judgeCase } from './judge-case.ts'
import { findLeaks, readVitals, type Vitals } from './read-vitals.ts'
import { type Lane, openLane } from './send-case.ts'

/** The result of a run. */
export interface FuzzReport {
  cases: number
  /** Answers by status; `closed` for connections that were closed without one. */
  readonly statuses: Map<string, number>
  /** Cases that were neither answered nor closed in time. */
  hangs: number
  /** Every case that failed, those that hung among them. */
  readonly failures: FuzzFailure[]
  /** What the server kept, lost or printed at the end but must not. */
  readonly broken: string[]
  before: Vitals
  after: Vitals
}

/** Fewer than the upload slots, so that none is refused for overload. */
const laneCount = 32
/** Far longer than anything here may take, even on a busy machine: idle uploads end after five seconds. */
const hangMs = 60_000

const env = {
  TINTYPE_UPLOAD_IDLE_TIMEOUT: '5s',
  // limits the work that a mangled header can cause, so that ten thousand cases end in minutes
  TINTYPE_MAX_PIXELS: '4000000',
  NODE_OPTIONS: `--disable-warning=DEP0169 --import=${join(import.meta.dirname, 'collect-garbage.ts')}`,
}

/** A run ends after this many failures: more would have the same cause. */
const mostFailures = 50

/** After this many cases all decoders have started and code is compiled. The end is compared with this base line. */
const warmUpCount = 500

/**
 * Sends every case to a real server and checks each answer. At the end compares the server with its state after the
 * first few hundred cases.
 */
export async function runFuzz(
  cases: Iterable<FuzzCase>,
  onProgress?: (report: FuzzReport) => void,
): Promise<FuzzReport> {
  const tintype = await startTintype({ env })
  const report = emptyReport(await readVitals(tintype))
  try {
    const waiting = Iterator.from(cases)
    await sendAll(tintype, firstOf(waiting, warmUpCount), report, onProgress)
    report.before = await readVitals(tintype)
    await sendAll(tintype, waiting, report, onProgress)
    report.after = await readVitals(tintype, report.before)
    report.broken.push(...findLeaks(report.before, report.after), ...(await findStrays(tintype)))
    for (const { level, msg } of tintype.log) if (Number(level) >= 50) report.broken.push(`logged: ${msg}`)
  } catch (error) {
    report.broken.push(`the server could no longer be reached: ${error}`)
  }
  // reports a server that ended by itself, with its last output
  try {
    await tintype[Symbol.asyncDispose]()
  } catch (error) {
    report.broken.push(String(error))
  }
  return report
}

function emptyReport(vitals: Vitals): FuzzReport {
  const counts = { cases: 0, statuses: new Map<string, number>(), hangs: 0 }
  return { ...counts, failures: [], broken: [], before: vitals, after: vitals }
}

/** Yields some items and leaves the rest: `Iterator.take` would close its source. */
function* firstOf<Item>(items: Iterator<Item>, count: number): Generator<Item> {
  for (let left = count; left > 0; left -= 1) {
    const { value, done } = items.next()
    if (done) return
    yield value
  }
}

async function sendAll(
  tintype: Tintype,
  cases: Iterable<FuzzCase>,
  report: FuzzReport,
  onProgress?: (report: FuzzReport) => void,
): Promise<void> {
  const waiting = Iterator.from(cases)
  async function drive(): Promise<void> {
    let lane = openLane(tintype.url)
    try {
      for (const fuzzCase of waiting) {
        if (report.failures.length >= mostFailures) return
        const why = await inTime(sendOne(fuzzCase, lane, report))
        report.cases += 1
        if (why !== undefined) report.failures.push({ why, fuzzCase })
        if (why === hung) {
          report.hangs += 1
          lane[Symbol.dispose]()
          lane = openLane(tintype.url)
        }
        onProgress?.(report)
      }
    } finally {
      lane[Symbol.dispose]()
    }
  }
  await Promise.all(Array.from({ length: laneCount }, drive))
}

async function sendOne(
  fuzzCase: FuzzCase,
  lane: Lane,
  { statuses }: FuzzReport,
): Promise<string | undefined> {
  try {
    const outcome = await lane.send(fuzzCase)
    const names = outcome.length === 0 ? ['closed'] : outcome.map(({ status }) => String(status))
    for (const name of names) statuses.set(name, (statuses.get(name) ?? 0) + 1)
    return await judgeCase(fuzzCase, outcome, lane)
  } catch (error) {
    return `could not be sent: ${error}`
  }
}

const hung = 'was neither answered nor closed'

async function inTime(verdict: Promise<string | undefined>): Promise<string | undefined> {
  const limit = Promise.withResolvers<string>()
  const timer = setTimeout(() => limit.resolve(hung), hangMs)
  return Promise.race([verdict, limit.promise]).finally(() => clearTimeout(timer))
}

/** Files without a row and rows without a file. */
async function findStrays({ url, blobs }: Tintype): Promise<string[]> {
  const stored = (await blobs()).map((path) => path.slice(path.lastIndexOf('/') + 1))
  const strays = new Set(stored).symmetricDifference(new Set(await listFiles(url)))
  return [...strays].map((name) => `only one of store and catalog has ${name}`)
}
