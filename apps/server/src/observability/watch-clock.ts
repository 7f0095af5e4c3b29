import type { Log } from '@tintype/photos'

/** Leases and the ages of files are compared across clocks. More than this apart, an operator should know, milliseconds. */
const toleratedMs = 5000

/**
 * Returns a function for the difference between the catalog's clock and this process's. It logs when they are more than five
 * seconds apart, once until they agree again.
 */
export function watchClock(log: Log): (aheadMs: number) => void {
  let isApart = false
  return (aheadMs) => {
    const wasApart = isApart
    isApart = Math.abs(aheadMs) > toleratedMs
    if (!isApart || wasApart) return
    const text = "this machine's clock and the database's are more than 5 s apart; synchronise both"
    log.warn({ event: 'clock-skew', aheadMs: Math.round(aheadMs) }, text)
  }
}
