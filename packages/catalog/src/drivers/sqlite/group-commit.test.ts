import { DatabaseSync } from 'node:sqlite'
import { TintypeError } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { isOutcomeUnknown } from '../../unknown-outcome.ts'
import { createGroupCommit } from './group-commit.ts'

describe('createGroupCommit', () => {
  test('resolves with results in the order of calls', async () => {
    using database = openExample()
    const { run } = createGroupCommit(database, { patienceMs: 0 })
    const results = await Promise.all(
      Array.from({ length: 300 }, (_, index) => run(() => insert(database, index))),
    )
    expect(results).toStrictEqual(Array.from({ length: 300 }, (_, index) => index + 1))
    expect(rowsOf(database)).toHaveLength(300)
  })

  test('undoes the writes of a failing member, and keeps those of the others', async () => {
    using database = openExample()
    const { run } = createGroupCommit(database, { patienceMs: 0 })
    const own = new TintypeError('INVALID_REQUEST', 'no')
    const outcomes = await Promise.allSettled([
      run(() => insert(database, 1)),
      run(() => {
        insert(database, 2)
        throw own
      }),
      run(() => {
        insert(database, 3)
        database.exec('nonsense')
      }),
      run(() => insert(database, 4)),
    ])
    expect(outcomes.map(({ status }) => status)).toStrictEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ])
    expect(outcomes[1]).toHaveProperty('reason', own)
    expect(outcomes[2]).toMatchObject({ reason: { name: 'TintypeError', code: 'INTERNAL' } })
    expect(rowsOf(database)).toStrictEqual([1, 4])
  })

  test('rejects all members if COMMIT fails, keeps none of their writes, and accepts new ones', async () => {
    using database = openExample()
    const { run } = createGroupCommit(database, { patienceMs: 0 })
    const outcomes = await Promise.allSettled([
      run(() => insert(database, 1)),
      run(() => {
        // A constraint that is checked by COMMIT only.
        database.exec('PRAGMA defer_foreign_keys = ON; INSERT INTO example (n, parent) VALUES (2, 99)')
      }),
      run(() => insert(database, 3)),
    ])
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { name: 'TintypeError', code: 'INTERNAL' },
      })
    expect(rowsOf(database)).toStrictEqual([])
    expect(await run(() => insert(database, 4))).toBe(1)
  })

  test('syncs a group unless all of its members are expendable', async () => {
    using database = openExample()
    const { run } = createGroupCommit(database, { patienceMs: 0 })
    const levels: unknown[] = []
    const note = () => void levels.push(database.prepare('PRAGMA synchronous').get()?.synchronous)
    const isExpendable = true
    await Promise.all([run(note, { isExpendable }), run(note, { isExpendable })])
    await Promise.all([run(note, { isExpendable }), run(note)])
    await run(note)
    const [full, normal] = [2, 1]
    expect(levels).toStrictEqual([normal, normal, full, full, full])
  })

  // SQLite's own numbers. @see https://sqlite.org/rescode.html
  test.each([
    ['SQLITE_IOERR_FSYNC', 1034, true],
    ['SQLITE_IOERR_WRITE', 778, true],
    ['SQLITE_CORRUPT', 11, true],
    ['SQLITE_FULL', 13, false],
    ['SQLITE_CONSTRAINT', 19, false],
  ])('B195 a COMMIT that fails with %s (%i) has an unknown outcome: %s', async (name, errcode, isUnknown) => {
    using database = openExample()
    const failure = Object.assign(new Error(name), { code: 'ERR_SQLITE_ERROR', errcode })
    const { run } = createGroupCommit(failingToCommit(database, failure), { patienceMs: 0 })
    const outcome = await run(() => insert(database, 1)).catch((error: unknown) => error)
    expect(isOutcomeUnknown(outcome)).toBe(isUnknown)
    expect(outcome).toMatchObject({ cause: failure })
    const refused = await run(() => database.exec('nonsense')).catch((error: unknown) => error)
    expect(isOutcomeUnknown(refused)).toBe(false)
  })

  test('B161 rejects with STORAGE_FULL if there is no space, and works again once there is', async () => {
    using database = openExample()
    const { run } = createGroupCommit(database, { patienceMs: 0 })
    const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count)
    database.exec(`PRAGMA max_page_count = ${pages}`)
    const outcomes = await Promise.allSettled([
      run(() => insert(database, 1)),
      run(() => insert(database, 2, 'x'.repeat(100_000))),
      run(() => insert(database, 3)),
    ])
    expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: { code: 'STORAGE_FULL' } })
    const kept = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [index + 1] : []))
    expect(rowsOf(database)).toStrictEqual(kept)
    database.exec('PRAGMA max_page_count = 1000')
    await run(() => insert(database, 5, 'x'.repeat(100_000)))
    expect(rowsOf(database)).toStrictEqual([...kept, 5])
  })
})

/** A database in which the first COMMIT fails without effect. */
function failingToCommit(database: DatabaseSync, failure: Error): DatabaseSync {
  let isFailing = true
  const prepare = (sql: string) => {
    const statement = database.prepare(sql)
    if (sql !== 'COMMIT') return statement
    const run = () => {
      if (!isFailing) return statement.run()
      isFailing = false
      throw failure
    }
    return new Proxy(statement, { get: (_, name) => (name === 'run' ? run : Reflect.get(statement, name)) })
  }
  return new Proxy(database, {
    get(_, name) {
      if (name === 'prepare') return prepare
      const value: unknown = Reflect.get(database, name)
      return typeof value === 'function' ? value.bind(database) : value
    },
  })
}

function openExample(): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  const columns = 'id INTEGER PRIMARY KEY, n INTEGER, parent INTEGER REFERENCES example (id), text TEXT'
  database.exec(`CREATE TABLE example (${columns}) STRICT`)
  return database
}

/** The row's id. */
function insert(database: DatabaseSync, n: number, text = ''): number {
  return Number(database.prepare('INSERT INTO example (n, text) VALUES (?, ?)').run(n, text).lastInsertRowid)
}

function rowsOf(database: DatabaseSync) {
  return database
    .prepare('SELECT n FROM example ORDER BY id')
    .all()
    .map(({ n }) => n)
}
