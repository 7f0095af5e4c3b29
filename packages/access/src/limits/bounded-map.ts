/** A map that never has more than a number of entries. */
export interface BoundedMap<Key, Value> {
  readonly size: number
  get(key: Key): Value | undefined
  /** Makes the entry the newest one. Removes the oldest one if there are too many. */
  set(key: Key, value: Value): void
  delete(key: Key): void
  /** Removes every entry. */
  clear(): void
}

/** Makes a map that forgets its oldest entry instead of growing (threat B228). No timer is involved. */
export function createBoundedMap<Key, Value>(maxEntries: number): BoundedMap<Key, Value> {
  const entries = new Map<Key, Value>()
  return {
    get size() {
      return entries.size
    },
    get: (key) => entries.get(key),
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= maxEntries) return
      for (const oldest of entries.keys()) {
        entries.delete(oldest)
        break
      }
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  }
}
