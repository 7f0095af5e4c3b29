import { setTimeout as delay } from 'node:timers/promises'
import { readState } from './read-state.ts'
import type { Tintype } from './start-tintype.ts'

/** Resolves when no upload is in progress and staging is empty. */
export async function untilQuiet(tintype: Tintype): Promise<void> {
  for (;;) {
    const { staged, uploadsInFlight } = await readState(tintype)
    if (staged + uploadsInFlight === 0) return
    await delay(20)
  }
}
