import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { sqliteMigrations } from '../../migrations/sqlite/index.ts'
import { samplePhoto } from '../../testing/index.ts'
import { migrate } from './migrate.ts'
import { listStatements, prepareReads } from './read-photos.ts'
import { prepareRenditions } from './renditions.ts'
import { prepareWrites } from './write-photos.ts'

describe('listStatements', () => {
  const expected = {
    all: /^SEARCH p USING INTEGER PRIMARY KEY \(rowid<\?\)$/,
    tag: /^SEARCH t USING PRIMARY KEY \(tag=\? AND seq<\?\)$/,
    search: /^SCAN s VIRTUAL TABLE INDEX \d+:M1<$/,
    searchTag: /^SCAN s VIRTUAL TABLE INDEX \d+:M1<$/,
    shortSearch: /^SEARCH p USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)$/,
    shortSearchTag: /^SEARCH t USING PRIMARY KEY \(tag=\? AND seq>\? AND seq<\?\)$/,
  } as const satisfies Record<keyof typeof listStatements, RegExp>

  test.each(Object.entries(expected))(
    'B294 %s walks one index from the cursor, and sorts nothing',
    (name, first) => {
      using database = openExample()
      const sql = listStatements[name as keyof typeof listStatements]
      for (const prelude of ['', 'ANALYZE']) {
        database.exec(prelude)
        const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
        const [outer, ...inner] = plan.map(({ detail }) => String(detail))
        expect(outer).toMatch(first)
        for (const step of inner)
          expect(step).toMatch(/^SEARCH .*\((rowid=\?|(tag|seq)=\? AND (tag|seq)=\?)\)$/)
      }
    },
  )
})

/** A schema with photos in it, with a common and a rare tag, so that ANALYZE has something to go by. */
function openExample(): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  migrate(database, { migrations: sqliteMigrations })
  const reads = prepareReads(database, { shortSearchReach: 100 })
  const writes = prepareWrites(database, { reads, renditions: prepareRenditions(database) })
  for (let count = 0; count < 500; count += 1)
    writes.insert(
      samplePhoto({
        title: `title ${count}`,
        tags: count === 100 ? ['all', 'rare'] : ['all', `tag ${count}`],
      }),
      undefined,
    )
  return database
}
