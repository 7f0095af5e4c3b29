import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { leftTables, movedTables, tagColumns } from '../../../moving/moved-tables.ts'
import { openSqliteCatalog } from '../../sqlite.ts'

test('the list has every table of SQLite, with its columns and its key', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-tables-'))
  const file = join(directory.path, 'tintype.db')
  await (await openSqliteCatalog({ file }))[Symbol.asyncDispose]()
  using database = new DatabaseSync(file)
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  const unlisted = tables.map(({ name }) => String(name)).filter((name) => !Object.hasOwn(leftTables, name))
  expect(unlisted.toSorted()).toEqual(movedTables.map(({ name }) => name).toSorted())
  const tags = database.prepare("SELECT name FROM pragma_table_info('photo_tags')").all()
  expect(tags.map(({ name }) => name).toSorted()).toEqual(tagColumns)
  for (const { name, columns, key } of movedTables) {
    const found = database.prepare('SELECT name, pk FROM pragma_table_info(?)').all(name)
    expect(found.map((column) => column.name).toSorted(), name).toEqual(Object.keys(columns).toSorted())
    const keyed = found.filter(({ pk }) => pk !== 0).sort((one, other) => Number(one.pk) - Number(other.pk))
    expect(
      keyed.map((column) => column.name),
      name,
    ).toEqual(key)
  }
})
