import type { Log } from '../../log.ts'
import type { Quarantine, QuarantineSize } from './quarantine.ts'

/** What a sweep of the quarantine works on. */
export interface QuarantineSweep {
  readonly quarantine: Pick<Quarantine, 'empty' | 'measure'>
  readonly log: Log
  /** Absent if what is in quarantine is kept for ever. */
  readonly quarantineRetentionSeconds?: number | undefined
  /** Called with what is in quarantine afterwards. If absent, that is not listed. */
  readonly onQuarantine?: ((size: QuarantineSize) => void) | undefined
}

/**
 * Removes what has been in quarantine for longer than configured, and counts the rest. A failure is logged: it must not end the sweep.
 *
 * @throws the signal's reason
 */
export async function sweepQuarantine(
  { quarantine, log, quarantineRetentionSeconds, onQuarantine }: QuarantineSweep,
  { nowMs, signal }: { readonly nowMs: number; readonly signal: AbortSignal },
): Promise<void> {
  try {
    if (quarantineRetentionSeconds !== undefined) {
      const before = new Date(nowMs - quarantineRetentionSeconds * 1000)
      const emptied = await quarantine.empty({ before, signal })
      const facts = { event: 'quarantine', ...emptied }
      if (emptied.left > 0) log.warn(facts, 'some files could not be removed from quarantine')
      else if (emptied.removed > 0) log.warn(facts, 'removed files that were in quarantine for long enough')
    }
    if (onQuarantine) onQuarantine(await quarantine.measure(signal))
  } catch (error) {
    signal.throwIfAborted()
    log.warn({ event: 'quarantine', err: error }, 'quarantine could not be read; the next sweep tries again')
  }
}
