import { vi } from 'vitest'

/** Waits until an assertion holds. The limit is only for a test that hangs. */
export const until = (assertion: () => void): Promise<void> =>
  vi.waitFor(assertion, { timeout: 60_000, interval: 5 })
