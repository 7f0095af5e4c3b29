import { isTintypeError, TintypeError } from '@tintype/contract'
import type { Probe, RequestLogger } from '../options.ts'

/** Checks whose results are kept for a while. */
export interface Readiness {
  /**
   * `ok`, or the code of the error, by the probe's name.
   *
   * @param names the probes. Default: all
   */
  check(names?: readonly string[]): Promise<Readonly<Record<string, string>>>
}

/** What readiness is made with. */
export interface ReadinessOptions {
  readonly probes: Readonly<Record<string, Probe>>
  readonly log: Pick<RequestLogger, 'warn' | 'info'>
  /** Milliseconds. */
  readonly now?: () => number
}

/** Milliseconds that a result is kept: a probe may write and sync a file, and anyone may send the request. */
const keptMs = 2000

/**
 * Milliseconds after which a probe that has not ended counts as failed: a disk or an engine that hangs never answers. `/metrics` waits for
 * them too, and Prometheus waits for it 10 s by default.
 */
const maxProbeMs = 5000

/**
 * Runs each probe at most once in 2 s, however many requests ask for it. The log says why one fails: when it begins to, when
 * its reason changes, and when it passes again.
 */
export function createReadiness({ probes, log, now = () => performance.now() }: ReadinessOptions): Readiness {
  const checks = Object.entries(probes).map(([name, probe]) => ({ name, run: keepResult(name, probe) }))

  function keepResult(name: string, probe: Probe): () => Promise<string> {
    let kept: Promise<string> | undefined
    let untilMs = Number.NEGATIVE_INFINITY
    const logChange = createCheckLog(name, log)
    const run = () => {
      const ended = failureOf(probe).then((failure) => {
        untilMs = now() + keptMs
        return failure
      })
      return withinTime(ended, name).then((failure) => logChange(failure))
    }
    return () => {
      if (now() >= untilMs) {
        untilMs = Number.POSITIVE_INFINITY // until it has ended
        kept = run()
      }
      return kept ?? run()
    }
  }

  return {
    async check(names) {
      const wanted = names ? checks.filter(({ name }) => names.includes(name)) : checks
      const results = await Promise.all(wanted.map(async ({ name, run }) => [name, await run()] as const))
      return Object.fromEntries(results)
    },
  }
}

/**
 * Creates the log of one check. It says why the check fails: when it begins to, when its reason changes, and when it passes again.
 *
 * @returns a function that takes each outcome, `undefined` if the check passes, and returns `ok` or the error's code
 */
export function createCheckLog(
  check: string,
  log: Pick<RequestLogger, 'warn' | 'info'>,
): (error: unknown) => string {
  let logged = 'ok'
  return (error) => {
    const result = error === undefined ? 'ok' : codeOf(error)
    if (result === logged) return result
    logged = result
    const facts = { event: 'readiness', check, result }
    if (error === undefined) log.info(facts, 'a check of readiness passes again')
    else log.warn({ ...facts, detail: detailOf(error), err: causeOf(error) }, 'a check of readiness fails')
    return result
  }
}

async function failureOf(probe: Probe): Promise<unknown> {
  try {
    await probe()
    return undefined
  } catch (error) {
    return error ?? new Error('unknown')
  }
}

/** The outcome, or a failure if it is late. */
async function withinTime(ended: Promise<unknown>, name: string): Promise<unknown> {
  const { promise: late, resolve } = Promise.withResolvers<unknown>()
  const detail = `It has not ended within ${maxProbeMs / 1000} seconds`
  const timer = setTimeout(
    () =>
      resolve(new TintypeError(name === 'catalog' ? 'CATALOG_UNAVAILABLE' : 'STORAGE_UNAVAILABLE', detail)),
    maxProbeMs,
  ).unref()
  const outcome = await Promise.race([ended, late])
  clearTimeout(timer)
  return outcome
}

const codeOf = (error: unknown): TintypeError['code'] => (isTintypeError(error) ? error.code : 'INTERNAL')
const detailOf = (error: unknown) => (isTintypeError(error) ? error.message : undefined)
const causeOf = (error: unknown) => (isTintypeError(error) ? error.cause : error)
