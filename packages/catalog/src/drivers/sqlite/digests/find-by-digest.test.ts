import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { sqliteMigrations } from '../../../migrations/sqlite/index.ts'
import { migrate } from '../migrate.ts'
import { toDigestSql } from './find-by-digest.ts'

test.each([
  [{ isOfOwner: false, isPublic: false }, '<expr>=? AND visibility=?'],
  [{ isOfOwner: false, isPublic: true }, '<expr>=? AND visibility=?'],
  [{ isOfOwner: true, isPublic: false }, '<expr>=? AND visibility=? AND owner=?'],
  [{ isOfOwner: true, isPublic: true }, '<expr>=? AND visibility=? AND owner=?'],
])('a digest is found by seeks in an index: %o', (choice, seek) => {
  using database = new DatabaseSync(':memory:')
  migrate(database, { migrations: sqliteMigrations })
  const steps = database.prepare(`EXPLAIN QUERY PLAN ${toDigestSql(choice)}`).all()
  expect(steps.map(({ detail }) => detail)).toEqual([`SEARCH p USING INDEX photos_by_digest (${seek})`])
})
