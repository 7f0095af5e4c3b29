import type { Log } from '../log.ts'
import { type Eviction, evictRenditions } from './evict-renditions.ts'
import type { StoredRenditions } from './sweep-orphans.ts'

const hourMs = 60 * 60 * 1000

/** The bytes that renditions may have. */
export interface RenditionBudget {
  /** Most bytes of all renditions together. */
  readonly maxByteSize: number
  /** Bytes of the renditions that this process has stored so far. */
  readonly madeByteSize: () => number
  /** Called with what there is after each count. @default nothing */
  readonly onCounted?: ((stored: StoredRenditions) => void) | undefined
}

/**
 * Returns a function that keeps renditions within their budget. It reads their list only once an hour, and if this process has
 * made so many since then that they may be over it; otherwise it returns at once.
 */
export function createRenditionKeeper(
  deps: Parameters<typeof evictRenditions>[0] & { readonly log: Log },
  { maxByteSize, madeByteSize, onCounted = () => undefined }: RenditionBudget,
): (signal: AbortSignal) => Promise<void> {
  let dueAtMs = Number.NEGATIVE_INFINITY
  let allowedMadeByteSize = 0
  return async (signal) => {
    if (performance.now() < dueAtMs && madeByteSize() <= allowedMadeByteSize) return
    const made = madeByteSize()
    const { renditions, byteSize, removed, removedByteSize }: Eviction = await evictRenditions(deps, {
      maxByteSize,
      signal,
    })
    dueAtMs = performance.now() + hourMs
    const left = { renditions: renditions - removed, byteSize: byteSize - removedByteSize }
    // At least a twentieth: renditions of custom sizes alone can be more than the budget.
    allowedMadeByteSize = made + Math.max(maxByteSize - left.byteSize, maxByteSize / 20)
    onCounted(left)
    if (removed > 0)
      deps.log.info(
        { event: 'eviction', removed, removedByteSize, ...left },
        'removed renditions that were not used for longest',
      )
  }
}
