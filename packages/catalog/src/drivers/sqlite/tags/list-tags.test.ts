import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { sqliteMigrations } from '../../../migrations/sqlite/index.ts'
import { prepareSlices } from '../long-reads/slices.ts'
import { migrate } from '../migrate.ts'
import { tagSql } from './list-tags.ts'

test.each([
  [false, /^SEARCH t USING (PRIMARY KEY|COVERING INDEX photo_tags_by_taken) \(tag>\?\)$/],
  [true, /^SEARCH t USING COVERING INDEX photo_tags_by_owner \(owner=\? AND tag>\?\)$/],
])('each tag is found by one seek in an index (of an owner: %s)', (isOwned, step) => {
  using database = new DatabaseSync(':memory:')
  migrate(database, { migrations: sqliteMigrations })
  prepareSlices(database)
  const { first, following, isPublic } = tagSql(isOwned)
  for (const sql of [first, following]) {
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
    expect(steps.map(({ detail }) => detail)).toEqual([expect.stringMatching(step)])
  }
  const steps = database.prepare(`EXPLAIN QUERY PLAN ${isPublic}`).all()
  expect(steps.map(({ detail }) => detail).join()).not.toMatch(/SCAN/)
})

test('a catalog of before knows the owners of its tags', () => {
  using database = new DatabaseSync(':memory:')
  migrate(database, { migrations: sqliteMigrations.slice(0, 4) })
  const columns = `id, format, byte_size, sha256, width, height, thumbnail_width, thumbnail_height, placeholder, filename, tags,
    created_at, search_text, owner`
  database.exec(`
    INSERT INTO photos (${columns}) VALUES ('a', 'jpeg', 1, '', 1, 1, 1, 1, '', '', '["x"]', '', '', 'alice');
    INSERT INTO photos (${columns}) VALUES ('b', 'jpeg', 1, '', 1, 1, 1, 1, '', '', '["x"]', '', '', NULL);
    INSERT INTO photo_tags (tag, seq) VALUES ('x', 1), ('x', 2)`)
  migrate(database, { migrations: sqliteMigrations })
  const rows = database.prepare('SELECT seq, owner FROM photo_tags ORDER BY seq').all()
  expect(rows.map((row) => ({ ...row }))).toEqual([
    { seq: 1, owner: 'alice' },
    { seq: 2, owner: null },
  ])
})
