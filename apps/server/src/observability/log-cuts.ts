import type { CutReason } from '@tintype/http'
import type { Log } from '@tintype/photos'

/** Milliseconds between two lines about one reason. */
const intervalMs = 1000

/** Logs connections that were closed because of a limit, at warn: once a second for each reason, with their number since. */
export function logCuts(log: Pick<Log, 'warn'>): (reason: CutReason, client: string | undefined) => void {
  const since = new Map<CutReason, { count: number; nextMs: number }>()
  return (reason, client) => {
    const { count, nextMs } = since.get(reason) ?? { count: 0, nextMs: Number.NEGATIVE_INFINITY }
    const nowMs = performance.now()
    if (nowMs < nextMs) return void since.set(reason, { count: count + 1, nextMs })
    since.set(reason, { count: 0, nextMs: nowMs + intervalMs })
    log.warn({ event: 'cut', reason, client, connections: count + 1 }, `closed: too many ${reason}`)
  }
}
