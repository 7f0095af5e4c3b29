import type { DatabaseSync } from 'node:sqlite'
import type { ListPosition } from '../../../list-position.ts'

/** The time that a statement has before it must let others have their turn. */
export interface Slice {
  /** The last photo that was compared, if the time is over; `undefined` if all were. */
  stoppedAfter(): ListPosition | undefined
}

/** Slices of one connection, one at a time. */
export interface Slices {
  begin(): Slice
}

/**
 * Adds the function `in_time(seq, taken_key)` to the connection. A statement calls it for each photo before it compares it: 1
 * while the slice has time, afterwards 0. SQLite's own interrupt is not available in Node.
 *
 * @param options.sliceMs milliseconds. Default: endless
 */
export function prepareSlices(
  database: DatabaseSync,
  { sliceMs = Number.POSITIVE_INFINITY }: { readonly sliceMs?: number | undefined } = {},
): Slices {
  let endMs = 0
  let compared: ListPosition | undefined
  let isOver = false
  database.function('in_time', (seq, takenKey) => {
    // The first photo is always compared, so that every slice makes progress.
    if (compared !== undefined && performance.now() > endMs) isOver = true
    else compared = { seq: Number(seq), takenKey: String(takenKey) }
    return isOver ? 0 : 1
  })
  return {
    begin() {
      endMs = performance.now() + sliceMs
      compared = undefined
      isOver = false
      return { stoppedAfter: () => (isOver ? compared : undefined) }
    },
  }
}
