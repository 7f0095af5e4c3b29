import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeRows } from '../testing/index.ts'
import { openSqliteCatalog } from './sqlite.ts'
import { openSqliteRows } from './sqlite-rows.ts'

describeRows('SQLite', async () => {
  await using opening = new AsyncDisposableStack()
  const directory = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-rows-')))
  const file = join(directory.path, 'tintype.db')
  const catalog = opening.use(await openSqliteCatalog({ file }))
  const rows = opening.use(await openSqliteRows({ file }))
  const owned = opening.move()
  return { catalog, rows, [Symbol.asyncDispose]: () => owned.disposeAsync() }
})
