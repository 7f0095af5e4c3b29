import type { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { withUnknownOutcome } from '../../unknown-outcome.ts'
import { synchronousNormal } from './open-database.ts'
import { isCommitUnknown, isSqliteBusy, toCatalogError } from './sqlite-error.ts'

/**
 * Most members of one transaction. A write takes about 0.1 ms of the only thread, so a full group delays everything else by
 * tens of milliseconds.
 */
const maxGroupSize = 128
/** Milliseconds between two attempts to get the write lock from another process. Requests are served in the meantime. */
const lockRetryMs = 10

/** Runs writes, each of them atomic, in shared transactions. */
export interface GroupCommit {
  /**
   * Runs `work`, which is synchronous, inside a transaction, in the order of calls. Resolves with its result after COMMIT,
   * when its writes are durable. If it throws, only its own writes are undone.
   *
   * @param options.isExpendable its writes need not be durable when it resolves: they cause no sync, and the next sync covers them
   * @throws the error of `work`, or SQLite's as a `TintypeError`
   */
  run<Result>(work: () => Result, options?: { readonly isExpendable?: boolean | undefined }): Promise<Result>
}

/** One call that waits. `perform` runs it and returns a function that resolves it. */
interface Member {
  readonly deadline: number
  readonly isExpendable: boolean
  readonly perform: () => () => void
  readonly reject: (reason: unknown) => void
}

/**
 * Creates a queue of writes. Those that arrive while others wait share one transaction, and so one fsync.
 *
 * @param options.patienceMs how long a write waits for a lock that another process holds
 * @param options.assertDurable called before every COMMIT; if it throws, nothing is committed
 */
export function createGroupCommit(
  database: DatabaseSync,
  { patienceMs, assertDurable }: { readonly patienceMs: number; readonly assertDurable?: () => void },
): GroupCommit {
  const commitGroup = prepareGroup(database, assertDurable)
  let waiting: Member[] = []
  let isRunning = false

  async function drain(): Promise<void> {
    // After one turn of the event loop, all requests that are ready have joined the group.
    for (await nextTurn(); waiting.length > 0; await nextTurn()) {
      const group = waiting.splice(0, maxGroupSize)
      const failure = commitGroup(group)
      if (failure === undefined) continue
      const now = performance.now()
      const isHopeless = !isSqliteBusy(failure.cause)
      const error = toCatalogError(failure.cause)
      const reason = failure.isOutcomeUnknown ? withUnknownOutcome(error) : error
      for (const member of group) if (isHopeless || member.deadline <= now) member.reject(reason)
      if (isHopeless) continue
      waiting = [...group.filter((member) => member.deadline > now), ...waiting]
      await delay(lockRetryMs)
    }
    isRunning = false
  }

  return {
    run: (work, { isExpendable = false } = {}) =>
      new Promise((resolve, reject) => {
        const perform = () => {
          const result = work()
          return () => resolve(result)
        }
        waiting.push({ deadline: performance.now() + patienceMs, isExpendable, perform, reject })
        if (isRunning) return
        isRunning = true
        void drain()
      }),
  }
}

/** Why a group failed as a whole. */
interface GroupFailure {
  readonly cause: unknown
  /** Whether the group may be in the file nevertheless, and appear after a crash. */
  readonly isOutcomeUnknown: boolean
}

/**
 * Returns a function that runs a group in one transaction and resolves its calls. If it fails, it resolves none and returns
 * the reason.
 */
function prepareGroup(database: DatabaseSync, assertDurable?: () => void) {
  const unsynced = prepareUnsynced(database)
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const rollback = database.prepare('ROLLBACK')
  const savepoint = database.prepare('SAVEPOINT member')
  const release = database.prepare('RELEASE member')
  const rollbackMember = database.prepare('ROLLBACK TO member')

  function perform(member: Member): () => void {
    savepoint.run()
    try {
      const report = member.perform()
      release.run()
      return report
    } catch (error) {
      // After some failures, such as a full disk, SQLite itself rolls the transaction back.
      if (!database.isTransaction) throw error
      rollbackMember.run()
      release.run()
      return () => member.reject(toCatalogError(error))
    }
  }

  return (group: readonly Member[]): GroupFailure | undefined => {
    let isCommitting = false
    using _ = group.every(({ isExpendable }) => isExpendable) ? unsynced() : undefined
    try {
      begin.run()
      const outcomes = group.map(perform)
      assertDurable?.()
      isCommitting = true
      commit.run()
      for (const report of outcomes) report()
      return undefined
    } catch (cause) {
      if (database.isTransaction) rollback.run()
      return { cause, isOutcomeUnknown: isCommitting && isCommitUnknown(cause) }
    }
  }
}

/** Returns a function after which commits are not synced, until its result is disposed. */
function prepareUnsynced(database: DatabaseSync): () => Disposable {
  const usual = Number(database.prepare('PRAGMA synchronous').get()?.synchronous)
  const set = (level: number) => database.exec(`PRAGMA synchronous = ${level}`)
  return () => {
    set(Math.min(usual, synchronousNormal))
    return { [Symbol.dispose]: () => set(usual) }
  }
}
