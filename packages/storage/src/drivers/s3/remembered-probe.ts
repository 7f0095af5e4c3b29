const successAgeMs = 10_000
const failureAgeMs = 1000

/**
 * Makes a probe that each caller may call as often as it likes: its answer is remembered for 10 s, a failure for 1 s, and calls
 * at the same time share one.
 */
export function rememberProbe(probe: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> | undefined
  let isValidUntilMs = Number.POSITIVE_INFINITY
  return () => {
    if (last !== undefined && performance.now() < isValidUntilMs) return last
    isValidUntilMs = Number.POSITIVE_INFINITY
    const settle = (ageMs: number) => () => {
      isValidUntilMs = performance.now() + ageMs
    }
    last = probe()
    last.then(settle(successAgeMs), settle(failureAgeMs))
    return last
  }
}
