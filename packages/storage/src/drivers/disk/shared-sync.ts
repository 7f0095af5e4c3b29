/** Syncs a subject; resolves when every change before the call is durable. */
export type SharedSync = (subject: string) => Promise<void>

interface Turn {
  readonly running: Promise<void>
  next: Promise<void> | undefined
}

/**
 * One sync for all callers that wait: at most one `run` per subject at a time. Calls during a run share the next one,
 * because the current one may have begun before their change.
 *
 * If a run fails, the callers that wait for the next one fail too, and nothing is tried again: after a failed fsync the
 * kernel may treat lost pages as written, and the next fsync would report success.
 *
 * @param run syncs one subject; every change before its call must be durable when it resolves
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
