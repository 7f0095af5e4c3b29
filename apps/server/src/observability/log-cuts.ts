import type { CutReason } from '@tintype/http'
import type { Log } from '@tintype/photos'

/** Milliseconds between two lines about one reason and client. */
const intervalMs = 1000

/** Lines in this time. Above it, the clients of one reason have one line together. */
const maxLines = 20

interface Since {
  /** Connections that were closed since the last line. */
  count: number
  client: string | undefined
}

/**
 * Logs connections that were closed because of a limit, at warn: the first at once, and then once a second for each reason and
 * client those since the last line, with their number. If there are many clients, the others share a line for each reason, with the
 * client of the last one.
 */
export function logCuts(log: Pick<Log, 'warn'>): (reason: CutReason, client: string | undefined) => void {
  const since = new Map<string, Since>()

  function write(key: string, reason: CutReason, { client, count }: Since): void {
    log.warn({ event: 'cut', reason, client, connections: count }, `closed: too many ${reason}`)
    const next: Since = { count: 0, client }
    since.set(key, next)
    setTimeout(() => {
      if (next.count > 0) write(key, reason, next)
      else since.delete(key)
    }, intervalMs).unref()
  }

  return (reason, client) => {
    const own = `${reason} ${client}`
    const key = since.has(own) || since.size < maxLines ? own : reason
    const known = since.get(key)
    if (known) Object.assign(known, { count: known.count + 1, client })
    else write(key, reason, { count: 1, client })
  }
}
