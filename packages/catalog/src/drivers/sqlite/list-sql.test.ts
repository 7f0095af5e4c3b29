import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { sqliteMigrations } from '../../migrations/sqlite/index.ts'
import type { ListQuery } from '../../photo-catalog.ts'
import { samplePhoto } from '../../testing/index.ts'
import { type ListOrder, planList, toListSql } from './list-sql.ts'
import { prepareSlices } from './long-reads/slices.ts'
import { migrate } from './migrate.ts'
import { prepareReads } from './read-photos.ts'
import { prepareRenditions } from './renditions.ts'
import { prepareWrites } from './write-photos.ts'

const photosByOwner = /^SEARCH p USING INDEX photos_by_owner \(owner=\? AND seq<\?\)$/
const index = /^SCAN s VIRTUAL TABLE INDEX \d+:M1<$/

const byOwnerAndTag =
  /^SEARCH t USING (COVERING )?INDEX photo_tags_by_owner \(owner=\? AND tag=\? AND seq<\?\)$/

describe('planList', () => {
  test.each([
    [{}, /^SEARCH p USING INTEGER PRIMARY KEY \(rowid<\?\)$/],
    [{ visibility: 'public' }, /^SEARCH p USING INTEGER PRIMARY KEY \(rowid<\?\)$/],
    [{ visibility: 'private' }, /^SEARCH p USING (COVERING )?INDEX private_photos \(seq<\?\)$/],
    [{ tag: 'all' }, /^SEARCH t USING PRIMARY KEY \(tag=\? AND seq<\?\)$/],
    [{ tag: 'all', visibility: 'private' }, /^SEARCH t USING PRIMARY KEY \(tag=\? AND seq<\?\)$/],
    [{ search: 'title' }, index],
    [{ search: 'title', tag: 'all' }, index],
    [{ search: 'ti' }, /^SEARCH p USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)$/],
    [{ search: 'ti', tag: 'all' }, /^SEARCH t USING PRIMARY KEY \(tag=\? AND seq>\? AND seq<\?\)$/],
    [{ owner: 'few' }, photosByOwner],
    [{ owner: 'few', tag: 'all', visibility: 'private' }, byOwnerAndTag],
    [{ owner: 'few', search: 'ti' }, photosByOwner],
    [{ owner: 'few', search: 'title', tag: 'all' }, photosByOwner],
    [{ owner: 'many', tag: 'all' }, byOwnerAndTag],
    [{ owner: 'many', search: 'title' }, index],
    [
      { owner: 'many', search: 'ti' },
      /^SEARCH p USING INDEX photos_by_owner \(owner=\? AND seq>\? AND seq<\?\)$/,
    ],
  ] as const)('B294 %j reads one index from the cursor, and sorts nothing', (query, first) => {
    using database = openExample()
    expectPlan(database, query, { isTaken: false, isBackward: false }, first)
    if ('search' in query) return
    const backward = new RegExp(first.source.replace('<', '>'))
    expectPlan(database, query, { isTaken: false, isBackward: true }, backward)
  })

  test.each([
    [{}, /INDEX photos_by_taken \(/],
    [{ visibility: 'public' }, /INDEX photos_by_taken \(/],
    [{ visibility: 'private' }, /INDEX private_photos_by_taken \(/],
    [{ tag: 'all' }, /INDEX photo_tags_by_taken \(tag=\? AND /],
    [{ owner: 'many' }, /INDEX photos_by_owner_and_taken \(owner=\? AND /],
    [{ owner: 'few', visibility: 'private' }, /INDEX photos_by_owner_and_taken \(owner=\? AND /],
    [{ owner: 'many', tag: 'all' }, /INDEX photo_tags_by_owner_and_taken \(owner=\? AND tag=\? AND /],
  ] as const)(
    'B294 %j by the time taken reads one index from the cursor, and sorts nothing',
    (query, name) => {
      using database = openExample()
      for (const isBackward of [false, true]) {
        const sign = isBackward ? '>' : '<'
        const bounded = new RegExp(
          `^SEARCH . USING (COVERING )?${name.source}.*taken_key(,seq\\))?${sign}(\\(\\?,\\?\\)|\\?)`,
        )
        expectPlan(database, query, { isTaken: true, isBackward }, bounded)
      }
    },
  )
})

/** Checks that the outer loop reads this index, that each inner one is a look-up, and that nothing is sorted. */
function expectPlan(
  database: DatabaseSync,
  query: Omit<ListQuery, 'limit'>,
  order: ListOrder,
  first: RegExp,
): void {
  const photosOf = (name: string) => (name === 'many' ? 1000 : 1)
  const plan = planList({ limit: 20, ...query }, { shortSearchReach: 100, newestSeq: () => 500, photosOf })
  for (const prelude of ['', 'ANALYZE']) {
    database.exec(prelude)
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${toListSql(plan, order)}`).all()
    const [outer, ...inner] = steps.map(({ detail }) => String(detail))
    expect(outer).toMatch(first)
    for (const step of inner)
      expect(step).toMatch(
        /^(SEARCH .*\((rowid=\?|(tag|seq)=\? AND (tag|seq)=\?)\)|CORRELATED SCALAR SUBQUERY \d+)$/,
      )
  }
}

/** A schema with photos, with a common and a rare tag, so that ANALYZE has statistics. */
function openExample(): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  migrate(database, { migrations: sqliteMigrations })
  const reads = prepareReads(database, { shortSearchReach: 100, slices: prepareSlices(database) })
  const writes = prepareWrites(database, { reads, renditions: prepareRenditions(database) })
  for (let count = 0; count < 500; count += 1)
    writes.insert(
      samplePhoto({
        title: `title ${count}`,
        tags: count === 100 ? ['all', 'rare'] : ['all', `tag ${count}`],
        owner: count % 2 === 0 ? 'many' : count % 100 === 1 ? 'few' : null,
        visibility: count % 50 === 0 ? 'private' : 'public',
      }),
    )
  return database
}
