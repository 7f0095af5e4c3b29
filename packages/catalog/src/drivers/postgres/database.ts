import { setTimeout as delay } from 'node:timers/promises'
import { type FactsOf, TintypeError } from '@tintype/contract'
import { queryTooLong } from '../../turns/query-too-long.ts'
import { withUnknownOutcome } from '../../unknown-outcome.ts'
import { createBinder, type Parameters } from './bind-parameters.ts'
import type { Connection, ConnectionPool } from './connection-pool.ts'
import { isConflict, isPassing, isSureFailure, sqlStateOf, toCatalogError } from './postgres-error.ts'

/** Runs statements on one connection. Names in SQL are qualified with `tintype`, parameters are named as `:this`. */
export interface Session {
  query<Row extends object>(sql: string, parameters?: Parameters): Promise<readonly Row[]>
}

/** What is known of a call that may take several attempts. */
export interface CallProgress {
  /** Set by an attempt before it sends what the server may do even if no answer comes. */
  isSent: boolean
  /** The failure of an earlier attempt whose work may be done all the same. */
  readonly doubt: unknown
}

/** Runs work in a database, again if that is safe. Errors are `TintypeError`s. */
export interface Database extends AsyncDisposable {
  /** Work that changes nothing, or the same if it is repeated. */
  repeat<Result>(work: (session: Session) => Promise<Result>): Promise<Result>

  /**
   * Work that only reads, and is ended by the server when it takes too long.
   *
   * @throws OVERLOADED if it took too long
   */
  readWithin<Result>(limitMs: number, work: (session: Session) => Promise<Result>): Promise<Result>

  /** Work in one transaction. If its COMMIT got no answer, it is not repeated, and the error is marked. */
  write<Result>(work: (session: Session) => Promise<Result>): Promise<Result>

  /** Work that finds out by itself what an earlier attempt has done. The error is marked if that stays open. */
  settle<Result>(work: (session: Session, progress: CallProgress) => Promise<Result>): Promise<Result>
}

/** How a database repeats. */
export interface DatabaseOptions {
  readonly schema: string
  /** Milliseconds in which a read or a transaction is repeated while the server cannot be reached. */
  readonly readPatienceMs: number
  /** The same for a write that settles its own doubts. */
  readonly settlePatienceMs: number
}

/** SQLSTATE of a statement that took too long. */
const queryCanceled = '57014'

/** Attempts of a transaction that loses against others. */
const conflictAttempts = 3

interface Repetition {
  readonly patienceMs: number
  /** Whether an attempt that may have been done is repeated. */
  readonly repeatsDoubt: boolean
}

/** @param pool belongs to the database, which closes it after the last call */
export function createDatabase(pool: ConnectionPool, options: DatabaseOptions): Database {
  const bind = createBinder(options.schema)
  const running = new Set<Promise<unknown>>()
  const closing = new AbortController()
  let closed: Promise<void> | undefined

  function openSession(connection: Connection): Session {
    return {
      async query(sql, parameters) {
        return (await connection.query(bind(sql, parameters))).rows
      },
    }
  }

  /** Keeps the call in mind until it ends, so that closing waits for it. */
  async function track<Result>(call: () => Promise<Result>): Promise<Result> {
    if (closed !== undefined) throw new TintypeError('CATALOG_UNAVAILABLE', 'The catalog is closed')
    const work = call()
    const settled = work.catch(() => undefined)
    running.add(settled)
    try {
      return await work
    } finally {
      running.delete(settled)
    }
  }

  async function tryRepeatedly<Result>(
    attempt: (connection: Connection, progress: CallProgress) => Promise<Result>,
    { patienceMs, repeatsDoubt }: Repetition,
  ): Promise<Result> {
    const end = performance.now() + patienceMs
    let doubt: unknown
    for (let count = 1; ; count++) {
      const progress: CallProgress = { isSent: false, doubt }
      try {
        return await pool.use((connection) => attempt(connection, progress))
      } catch (error) {
        const isDoubtful = progress.isSent && !isSureFailure(error)
        if (isDoubtful) doubt = error
        const isWorthIt = isConflict(error)
          ? count < conflictAttempts
          : isPassing(error) && (repeatsDoubt || !isDoubtful) && performance.now() < end
        const pause = () => delay(pauseMs(count), true, { signal: closing.signal }).catch(() => false)
        if (isWorthIt && (await pause())) continue
        throw doubt === undefined ? toPublicError(error) : withUnknownOutcome(toPublicError(error))
      }
    }
  }

  async function transact<Result>(
    connection: Connection,
    progress: CallProgress,
    work: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    await connection.query('BEGIN')
    let result: Result
    try {
      result = await work(openSession(connection))
    } catch (error) {
      // If that fails too, the connection is closed, and the server takes everything back.
      await connection.query('ROLLBACK')
      throw error
    }
    progress.isSent = true
    await connection.query('COMMIT')
    return result
  }

  /** The limit is set for one transaction, because the next one on a pooler's connection may be another server's. */
  async function readWithin<Result>(
    connection: Connection,
    limitMs: number,
    work: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    await connection.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${limitMs}`)
    const endMs = performance.now() + limitMs
    const session = openSession(connection)
    try {
      return await work({
        query(sql, parameters) {
          if (performance.now() >= endMs) throw queryTooLong(limitMs)
          return session.query(sql, parameters)
        },
      })
    } catch (error) {
      throw sqlStateOf(error) === queryCanceled ? queryTooLong(limitMs, error) : error
    } finally {
      await connection.query('ROLLBACK')
    }
  }

  const { readPatienceMs, settlePatienceMs } = options
  return {
    readWithin: (limitMs, work) =>
      track(() =>
        tryRepeatedly((connection) => readWithin(connection, limitMs, work), {
          patienceMs: readPatienceMs,
          repeatsDoubt: true,
        }),
      ),
    repeat: (work) =>
      track(() =>
        tryRepeatedly((connection) => work(openSession(connection)), {
          patienceMs: readPatienceMs,
          repeatsDoubt: true,
        }),
      ),
    write: (work) =>
      track(() =>
        tryRepeatedly((connection, progress) => transact(connection, progress, work), {
          patienceMs: readPatienceMs,
          repeatsDoubt: false,
        }),
      ),
    settle: (work) =>
      track(() =>
        tryRepeatedly((connection, progress) => work(openSession(connection), progress), {
          patienceMs: settlePatienceMs,
          repeatsDoubt: true,
        }),
      ),
    [Symbol.asyncDispose]() {
      closed ??= (async () => {
        closing.abort() // ends pauses between attempts
        await Promise.all(running)
        await pool[Symbol.asyncDispose]()
      })()
      return closed
    },
  }
}

/** Milliseconds before the next attempt: doubled each time up to a second, and different for callers that failed together. */
function pauseMs(attempt: number): number {
  return Math.min(1000, 25 * 2 ** attempt) * (0.5 + Math.random() / 2)
}

/** The fact `passing` is the driver's own. */
function toPublicError(error: unknown): TintypeError {
  const { code, message, facts, retryAfterSeconds, cause } = toCatalogError(error)
  const { passing: _, ...shown } = facts as FactsOf<'CATALOG_UNAVAILABLE'>
  return new TintypeError(code, message, { facts: shown, retryAfterSeconds, cause })
}
