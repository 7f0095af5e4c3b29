/** Flushes a subject to durable storage; resolves once all that was done before the call is durable. */
export type SharedSync = (subject: string) => Promise<void>

interface Turn {
  readonly running: Promise<void>
  next: Promise<void> | undefined
}

/**
 * One flush for all that wait: at most one `run` per subject at a time, and whoever calls while it runs
 * shares the one that starts after it, because the running one may have begun before the caller's change.
 *
 * A failure is also the failure of those that wait behind it, and is never tried again: after a failed fsync
 * the kernel may take the lost pages for clean, and the next fsync would claim success for them.
 *
 * @param run flushes one subject; all that was changed before it was called must be durable when it resolves
 * @see https://lwn.net/Articles/752063/ on what a failed fsync leaves
 */
export function createSharedSync(run: (subject: string) => Promise<void>): SharedSync {
  const turns = new Map<string, Turn>()

  function start(subject: string): Promise<void> {
    const turn: Turn = { running: run(subject), next: undefined }
    turns.set(subject, turn)
    turn.running.then(
      () => turn.next === undefined && turns.delete(subject),
      () => turns.delete(subject),
    )
    return turn.running
  }

  return (subject) => {
    const turn = turns.get(subject)
    if (turn === undefined) return start(subject)
    turn.next ??= turn.running.then(() => start(subject))
    return turn.next
  }
}
