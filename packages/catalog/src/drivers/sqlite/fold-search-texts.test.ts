import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { sqliteMigrations } from '../../migrations/sqlite/index.ts'
import { foldedField } from '../../search-text.ts'
import { samplePhoto } from '../../testing/index.ts'
import { migrate } from './migrate.ts'
import { insertPhoto, toPhotoParameters } from './photo-rows.ts'

test('texts of an older catalog are found in any form, and photos whose text stays the same are not written', () => {
  using database = new DatabaseSync(':memory:')
  migrate(database, { migrations: sqliteMigrations.slice(0, 10) })
  const insert = database.prepare(insertPhoto)
  const tags = ['cafe\u0301']
  insert.run({
    ...toPhotoParameters(samplePhoto({ title: 'Ｔｏｋｙｏ', alt: null, filename: 'a.jpg', tags })),
    searchText: '\u001fｔｏｋｙｏ\u001f\u001fa.jpg\u001fcafe\u0301\u001f',
  })
  insert.run(toPhotoParameters(samplePhoto({ title: 'same' })))
  database.exec(`CREATE TABLE written (seq INTEGER);
    CREATE TRIGGER note AFTER UPDATE ON photos BEGIN INSERT INTO written VALUES (new.seq); END`)

  migrate(database, { migrations: sqliteMigrations })

  const find = (text: string) =>
    database.prepare('SELECT rowid FROM photo_search WHERE photo_search MATCH ?').all(`"${text}"`).length
  for (const text of ['tokyo', foldedField('café'), 'a.jpg', 'same']) expect(find(text), text).toBe(1)
  for (const text of ['ｔｏｋｙｏ', 'cafe\u0301']) expect(find(text), text).toBe(0)
  expect(database.prepare('SELECT seq FROM written').all()).toEqual([{ seq: 1 }])
  database.exec("INSERT INTO photo_search (photo_search, rank) VALUES ('integrity-check', 1)")
})
