import { configureGlobal, readConfigureGlobal } from 'fast-check'

/**
 * How often each property is tried: 100 times and always with the same inputs, so that a failure means a change.
 * `FUZZ_RUNS=50` tries 50 times as often with new inputs; a failure prints the seed, and `FUZZ_SEED` repeats it.
 */
const factor = Number(process.env.FUZZ_RUNS ?? 1)
const seed = process.env.FUZZ_SEED ?? (process.env.FUZZ_RUNS === undefined ? '1' : undefined)
configureGlobal({
  ...readConfigureGlobal(),
  numRuns: 100 * factor,
  ...(seed !== undefined && { seed: Number(seed) }),
})
