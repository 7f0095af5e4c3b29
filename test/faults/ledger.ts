import { randomUUID } from 'node:crypto'
import type { Random } from './random.ts'
import type { SamplePhoto } from './sample-photos.ts'

/**
 * The state of a photo. `sent`: it may or may not be stored. `kept`: it was acknowledged, or seen complete, and must exist.
 * `deleting`: it may or may not exist. `gone`: it must not exist.
 */
export type PhotoState = 'sent' | 'kept' | 'deleting' | 'gone'

/** An upload, and what the server has promised about it. */
export interface LedgerEntry {
  readonly sample: SamplePhoto
  readonly idempotencyKey: string | undefined
  readonly isForm: boolean
  state: PhotoState
  id: string | undefined
  /** Whether an answer of 201 came. */
  isAnswered: boolean
}

/** Everything that was ever uploaded. */
export interface Ledger {
  /** A new upload, as `sent`. */
  begin(): LedgerEntry
  find(sha256: string): LedgerEntry | undefined
  in(state: PhotoState): LedgerEntry[]
  /** Removes one of the kept photos, to be deleted; `undefined` if fewer than `spare` would stay. */
  takeForDeletion(spare: number): LedgerEntry | undefined
  /** A kept photo; `undefined` if there is none. */
  pick(): LedgerEntry | undefined
  acknowledged: number
}

const kib = 1024
// Most stay in memory until they are stored; from 1 MiB on they go through a file of the staging area.
const byteSizes = [
  ...[2 * kib, 9 * kib, 60 * kib, 63 * kib, 200 * kib, 700 * kib],
  ...[1024 * kib - 1, 1024 * kib + 1, 1400 * kib, 3300 * kib],
]

/** @param makeSample returns a unique image for a number that was not used before */
export function createLedger(
  random: Random,
  makeSample: (nonce: number, byteSize: number) => SamplePhoto,
): Ledger {
  const entries = new Map<string, LedgerEntry>()
  const inState = (state: PhotoState) => [...entries.values()].filter((entry) => entry.state === state)
  return {
    acknowledged: 0,
    begin() {
      const byteSize = random.pick(byteSizes) ?? kib
      const sample = makeSample(entries.size + 1, byteSize)
      const idempotencyKey = random.below(5) === 0 ? undefined : randomUUID()
      const isForm = random.below(2) === 0
      const unknown = { state: 'sent', id: undefined, isAnswered: false } as const
      const entry: LedgerEntry = { sample, idempotencyKey, isForm, ...unknown }
      entries.set(sample.sha256, entry)
      return entry
    },
    find: (sha256) => entries.get(sha256),
    in: inState,
    takeForDeletion(spare) {
      const kept = inState('kept')
      const entry = kept.length > spare ? random.pick(kept) : undefined
      if (entry) entry.state = 'deleting'
      return entry
    },
    pick: () => random.pick(inState('kept')),
  }
}
