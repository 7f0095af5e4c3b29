import { isTintypeError, type TintypeError } from '@tintype/contract'
import { isYounger } from './is-younger.ts'

/** Remembers for a minute what an image cannot become, so that asking again does not cost a decoder again (threat B299). */
export interface FailureMemory {
  /** Why it failed less than a minute ago, under any of the keys. */
  recall(keys: readonly string[]): TintypeError | undefined
  /** Keeps an error that the image itself is to blame for; whatever may be over in a moment is never kept. */
  remember(key: string, error: unknown): void
}

const keptMs = 60_000
/** Some hundred bytes each; the oldest is forgotten first. */
const capacity = 1000

/** An empty memory. @param now milliseconds since the epoch */
export function createFailureMemory(now: () => number): FailureMemory {
  const failures = new Map<string, { readonly error: TintypeError; readonly sinceMs: number }>()
  return {
    recall(keys) {
      const age = { nowMs: now(), maxMs: keptMs }
      return keys.map((key) => failures.get(key)).find((one) => one && isYounger(one.sinceMs, age))?.error
    },
    remember(key, error) {
      if (!isFaultOfImage(error)) return
      failures.delete(key)
      failures.set(key, { error, sinceMs: now() })
      const [oldest] = failures.keys()
      if (failures.size > capacity && oldest !== undefined) failures.delete(oldest)
    },
  }
}

/** Whether it failed because of its pixels, for whoever asks. */
function isFaultOfImage(error: unknown): error is TintypeError {
  return isTintypeError(error) && (error.code === 'UNREADABLE_IMAGE' || error.code === 'TOO_MANY_PIXELS')
}
