import { setTimeout as delay } from 'node:timers/promises'
import { checkPromises } from './check-promises.ts'
import { createLedger } from './ledger.ts'
import { openLoopDisk } from './loop-disk.ts'
import { createRandom } from './random.ts'
import { createSamplePhotos } from './sample-photos.ts'
import { startVictim, type Victim } from './victim.ts'
import { runWorkload } from './workload.ts'

/** The result of a run. */
export interface DiskLossReport {
  cuts: number
  /** Answers of 201. */
  acknowledged: number
  /** Requests that were refused because there was no disk. */
  refused: number
  readonly lost: string[]
  readonly broken: string[]
}

const mebibyte = 1024 * 1024
/** How many requests must have been refused after a cut before the server is killed. */
const refusalsAwaited = 20

/**
 * Cuts the power of the disk under a server that uploads, deletes and renders. The server continues without the disk and is
 * then killed. The disk is mounted again, and a new server on it is checked against the promises. This is repeated on the
 * same disk.
 */
export async function runDiskLosses({ cuts, seed }: { cuts: number; seed: number }): Promise<DiskLossReport> {
  const random = createRandom(seed)
  const ledger = createLedger(random, await createSamplePhotos())
  const report: DiskLossReport = { cuts: 0, acknowledged: 0, refused: 0, lost: [], broken: [] }
  const promises = {
    ledger,
    random,
    onLost: (what: string) => report.lost.push(what),
    onBroken: (what: string) => report.broken.push(what),
  }
  await using disk = await openLoopDisk(512 * mebibyte)
  for (;;) {
    const server = await startVictim({ dataDirectory: disk.path })
    if (server.url === undefined) {
      report.broken.push(`the server did not start: ${await server.dead}`)
      return report
    }
    await checkPromises(server.url, promises)
    const isLast = report.cuts === cuts
    const load = isLast ? undefined : loseDisk(server, server.url)
    await load?.lost
    if (server.isDead) report.broken.push(`the server ended by itself: ${await server.dead}`)
    server.killAfter(0)
    await Promise.all([server.dead, load?.ended])
    report.acknowledged = ledger.acknowledged
    if (isLast) return report
    disk.remount()
  }

  /** Cuts the power under load. The load continues for a while: promises of that time must be kept as well. */
  function loseDisk(server: Victim, url: string) {
    let isCut = false
    function onBroken(what: string): void {
      if (isCut) report.refused += 1
      else report.broken.push(what)
    }
    const ended = runWorkload(url, { ...promises, onBroken })
    return { ended, lost: cut() }

    async function cut(): Promise<void> {
      const enough = ledger.acknowledged + 3 + random.below(20)
      while (ledger.acknowledged < enough && !server.isDead) await delay(1)
      isCut = true
      disk.cutPower()
      report.cuts += 1
      const refused = report.refused + refusalsAwaited
      while (report.refused < refused && !server.isDead) await delay(1)
    }
  }
}
