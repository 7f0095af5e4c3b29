import type { CutReason } from '@tintype/http'
import type { Log } from '@tintype/photos'

/** Milliseconds between two lines about one reason. */
const intervalMs = 1000

interface Since {
  /** Connections that were closed since the last line. */
  count: number
  client: string | undefined
}

/**
 * Logs connections that were closed because of a limit, at warn: the first at once, and then once a second for each reason those
 * since the last line, with their number and the client of the last one.
 */
export function logCuts(log: Pick<Log, 'warn'>): (reason: CutReason, client: string | undefined) => void {
  const since = new Map<CutReason, Since>()

  function write(reason: CutReason, client: string | undefined, connections: number): void {
    log.warn({ event: 'cut', reason, client, connections }, `closed: too many ${reason}`)
    const own: Since = { count: 0, client }
    since.set(reason, own)
    setTimeout(() => {
      if (own.count > 0) write(reason, own.client, own.count)
      else since.delete(reason)
    }, intervalMs).unref()
  }

  return (reason, client) => {
    const own = since.get(reason)
    if (own) Object.assign(own, { count: own.count + 1, client })
    else write(reason, client, 1)
  }
}
