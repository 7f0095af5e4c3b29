import { TintypeError } from '@tintype/contract'
import { createBoundedMap } from './bounded-map.ts'

/** How much is allowed in which time. All of it may come at once. */
export interface Rate {
  readonly count: number
  readonly periodMs: number
}

/** Counts what each subject does, each in a token bucket of its own. */
export interface RateLimiter {
  /**
   * Counts one more for a subject.
   *
   * @throws RATE_LIMITED with the seconds after which there is room for one more
   */
  count(subject: string, rate: Rate): void
}

/** Counts refused credentials. */
export interface RefusalLimiter {
  /** Whether `assertMayTry` would pass. */
  mayTry(subject: string): boolean
  /** @throws RATE_LIMITED until the minute is over, if the subject has had too many refusals in it */
  assertMayTry(subject: string): void
  noteRefusal(subject: string): void
}

/** Where the clock and the bound of memory come from. */
export interface LimiterOptions {
  /** Milliseconds of a clock that is never set back, such as `performance.now()`. */
  readonly now: () => number
  /** Subjects that are remembered; the one that was quiet for longest is forgotten first. @default 100 000 */
  readonly maxSubjects?: number | undefined
}

const periodsMs = { s: 1000, m: 60_000, h: 3_600_000 } as const
const refusalsPerMinute = 10
/** A period divided by 7 and added 7 times is not exactly that period. */
const roundingMs = 0.001

/**
 * Reads `600/m`: a whole number of at least 1 for each second, minute or hour.
 *
 * @throws RangeError that says what was expected
 */
export function parseRate(text: string): Rate {
  const [, digits, unit] = /^([1-9]\d{0,8})\/([smh])$/.exec(text) ?? []
  if (digits === undefined) throw new RangeError('expected a rate such as 600/m, for each s, m or h')
  return { count: Number(digits), periodMs: periodsMs[unit as keyof typeof periodsMs] }
}

/**
 * Limits rates on this node, in bounded memory and without timers (threat B228). What is kept for a subject is the time at
 * which its bucket is full again: one number, and a refused attempt changes nothing.
 *
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
export function createRateLimiter({ now, maxSubjects = 100_000 }: LimiterOptions): RateLimiter {
  const fullAtMs = createBoundedMap<string, number>(maxSubjects)
  return {
    count(subject, { count, periodMs }) {
      const nowMs = now()
      const earlierMs = Math.max(nowMs, fullAtMs.get(subject) ?? 0)
      const laterMs = earlierMs + periodMs / count
      const waitMs = laterMs - periodMs - nowMs
      const isTooMuch = waitMs > roundingMs
      fullAtMs.set(subject, isTooMuch ? earlierMs : laterMs)
      if (isTooMuch) throw limited(waitMs)
    },
  }
}

/** Ten refused credentials a minute; then none is tried until the minute is over, not even a right one (threat B228). */
export function createRefusalLimiter({ now, maxSubjects = 100_000 }: LimiterOptions): RefusalLimiter {
  const minutes = createBoundedMap<string, { readonly refusals: number; readonly endMs: number }>(maxSubjects)
  /** How long a subject has to wait, milliseconds. */
  function waitMsOf(subject: string): number {
    const minute = minutes.get(subject)
    if (minute === undefined || minute.refusals < refusalsPerMinute) return 0
    const leftMs = minute.endMs - now()
    if (leftMs <= 0) minutes.delete(subject)
    return Math.max(0, leftMs)
  }

  return {
    mayTry: (subject) => waitMsOf(subject) === 0,
    assertMayTry(subject) {
      const waitMs = waitMsOf(subject)
      if (waitMs > 0) throw limited(waitMs)
    },
    noteRefusal(subject) {
      const nowMs = now()
      const known = minutes.get(subject)
      const minute = known && known.endMs > nowMs ? known : { refusals: 0, endMs: nowMs + periodsMs.m }
      minutes.set(subject, { ...minute, refusals: minute.refusals + 1 })
    },
  }
}

function limited(afterMs: number): TintypeError {
  const retryAfterSeconds = Math.max(1, Math.ceil(afterMs / 1000))
  return new TintypeError('RATE_LIMITED', `Too many requests. Try again in ${retryAfterSeconds} s`, {
    retryAfterSeconds,
  })
}
