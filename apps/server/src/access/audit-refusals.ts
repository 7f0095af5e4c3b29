import { createRateLimiter, type RefusalLimiter } from '@tintype/access'
import type { AuditRecord } from '@tintype/catalog'
import { isTintypeError } from '@tintype/contract'
import { newPhotoId } from '@tintype/photos'

const minuteMs = 60_000
/** One record a minute of each address. */
const ofAddress = { count: 1, periodMs: minuteMs }
/** Many addresses together must not fill the disk. */
const ofAll = { count: 600, periodMs: minuteMs }

/**
 * Records refused credentials in the audit log: one row a minute for each address, and 600 rows a minute in all.
 *
 * @param options.record writes in the background, and does not throw
 * @param options.now Unix time, milliseconds
 * @param options.elapsed milliseconds of a clock that is never set back
 * @returns the limiter, which also records what it notes
 */
export function auditRefusals(
  refusals: RefusalLimiter,
  options: {
    readonly record: (entry: AuditRecord) => void
    readonly now: () => number
    readonly elapsed: () => number
  },
): RefusalLimiter {
  const recorded = createRateLimiter({ now: options.elapsed })
  const recordedInAll = createRateLimiter({ now: options.elapsed, maxSubjects: 1 })

  function isDue(address: string): boolean {
    try {
      recorded.count(address, ofAddress)
      recordedInAll.count('', ofAll)
      return true
    } catch (error) {
      if (isTintypeError(error) && error.code === 'RATE_LIMITED') return false
      throw error
    }
  }

  return {
    mayTry: (address) => refusals.mayTry(address),
    assertMayTry: (address) => refusals.assertMayTry(address),
    noteRefusal(address) {
      refusals.noteRefusal(address)
      if (!isDue(address)) return
      const nowMs = options.now()
      options.record({
        id: newPhotoId(nowMs),
        at: new Date(nowMs).toISOString(),
        requestId: '', // the row stands for all requests of this minute
        actor: 'anonymous',
        action: 'credential.verify',
        target: null,
        owner: null,
        outcome: 'refused',
        details: { address },
      })
    },
  }
}
