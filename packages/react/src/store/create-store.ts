/** What `useSyncExternalStore` reads. */
export interface Store<Snapshot> {
  subscribe(listener: () => void): () => void
  /** The same object until `publish`. */
  getSnapshot(): Snapshot
}

/** Keeps the last snapshot of something that changes. `publish` makes the next one, and calls the listeners. */
export function createStore<Snapshot>(makeSnapshot: () => Snapshot): Store<Snapshot> & { publish(): void } {
  const listeners = new Set<() => void>()
  let snapshot = makeSnapshot()
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => snapshot,
    publish() {
      snapshot = makeSnapshot()
      for (const listener of [...listeners]) listener()
    },
  }
}
