import { isTintypeError, type TintypeError } from '@tintype/contract'

/**
 * Remembers for a minute which renditions of an image failed, so that another request does not cost a decode (threat B299).
 */
export interface NegativeCache {
  /** The error of less than a minute ago under one of these keys. */
  find(keys: readonly string[]): TintypeError | undefined
  /** Keeps the error if the image itself caused it. Other errors may be temporary, and are not kept. */
  add(key: string, error: unknown): void
}

const maxAgeMs = 60_000
/** Some hundred bytes each; the oldest is removed first. */
const capacity = 1000

/** An empty cache. */
export function createNegativeCache(): NegativeCache {
  const failures = new Map<string, { readonly error: TintypeError; readonly sinceMs: number }>()
  return {
    find(keys) {
      const nowMs = performance.now() // a clock that cannot be set back (threat B186)
      return keys.map((key) => failures.get(key)).find((one) => one && nowMs - one.sinceMs < maxAgeMs)?.error
    },
    add(key, error) {
      if (!isFaultOfImage(error)) return
      failures.delete(key)
      failures.set(key, { error, sinceMs: performance.now() })
      const [oldest] = failures.keys()
      if (failures.size > capacity && oldest !== undefined) failures.delete(oldest)
    },
  }
}

/** Whether it failed because of its pixels. */
function isFaultOfImage(error: unknown): error is TintypeError {
  return isTintypeError(error) && (error.code === 'UNREADABLE_IMAGE' || error.code === 'TOO_MANY_PIXELS')
}
