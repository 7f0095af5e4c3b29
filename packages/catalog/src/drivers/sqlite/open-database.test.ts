import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtempDisposable, open, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { sqliteMigrations } from '../../migrations/sqlite/index.ts'
import { samplePhoto } from '../../testing/index.ts'
import { openSqliteCatalog } from '../sqlite.ts'
import { migrate, readPragma } from './migrate.ts'
import { openDatabase } from './open-database.ts'

const unavailable = { name: 'TintypeError', code: 'CATALOG_UNAVAILABLE' }
const options = { patienceMs: 50 }

describe('openDatabase', () => {
  test('B192 sets the pragmas that durability and integrity need', async () => {
    await using directory = await temporaryDirectory()
    using database = await openDatabase(join(directory.path, 'catalog.db'), options)
    expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' })
    expect(readPragma(database, 'synchronous')).toBe(2)
    expect(readPragma(database, 'foreign_keys')).toBe(1)
    expect(readPragma(database, 'busy_timeout')).toBeGreaterThan(0)
    expect(readPragma(database, 'user_version')).toBe(sqliteMigrations.length)
  })

  test.each<[string, (file: string) => Promise<unknown>]>([
    ['a text', (file) => writeFile(file, 'not a database, but long enough to have a header\n'.repeat(200))],
    ['a short text', (file) => writeFile(file, 'no')],
    ['a directory', (file) => mkdir(file)],
    ['the database of another program', async (file) => runSql(file, 'CREATE TABLE theirs (id INTEGER)')],
    ['one marked by another program', async (file) => runSql(file, 'PRAGMA application_id = 77')],
    ['a catalog of a newer version', (file) => makeCatalog(file, 'PRAGMA user_version = 1000')],
    ['a catalog cut in half', async (file) => truncate(file, (await makeCatalog(file)).size / 2)],
    ['a catalog with a page of garbage', (file) => spoilPages(file)],
    [
      'an empty file beside a write-ahead log',
      async (file) => {
        await writeFile(file, '')
        await writeFile(`${file}-wal`, 'photos')
      },
    ],
  ])('B193 refuses %s, and does not change it', async (_name, make) => {
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'catalog.db')
    await make(file)
    const before = await readFile(file).catch(() => undefined)
    await expect(openSqliteCatalog({ file, busyTimeoutMs: 50 })).rejects.toMatchObject(unavailable)
    expect(await readFile(file).catch(() => undefined)).toStrictEqual(before)
  })

  test('B193 refuses a catalog that lacks a table, and does not create the table again', async () => {
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'catalog.db')
    await makeCatalog(file, 'DROP TABLE renditions')
    await expect(openSqliteCatalog({ file })).rejects.toMatchObject(unavailable)
    using database = new DatabaseSync(file)
    expect(tablesOf(database)).toContain('photos')
    expect(tablesOf(database)).not.toContain('renditions')
  })

  test('B193 names both versions of the schema, and no path', async () => {
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'catalog.db')
    await makeCatalog(file, 'PRAGMA user_version = 1000')
    const error = await openDatabase(file, options).catch((reason: unknown) => reason)
    const expected = new RegExp(`1000.*up to ${sqliteMigrations.length}$`)
    expect(error).toMatchObject({ message: expect.stringMatching(expected) })
    expect(String(error)).not.toContain(directory.path)
  })

  test.skipIf(process.geteuid === undefined).each([
    ['file', 0o444, 0o755],
    ['directory', 0o666, 0o555],
  ])('B193 refuses a read-only %s', async (_name, fileMode, directoryMode) => {
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'catalog.db')
    await makeCatalog(file)
    await chmod(file, fileMode)
    await chmod(directory.path, directoryMode)
    {
      using _stranger = becomeOrdinaryUser()
      await expect(openDatabase(file, options)).rejects.toMatchObject(unavailable)
    }
    await chmod(directory.path, 0o755)
  })

  test('B193 refuses a file that another process keeps locked', async () => {
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'catalog.db')
    using other = new DatabaseSync(file)
    other.exec('BEGIN EXCLUSIVE')
    const busy = { ...unavailable, retryAfterSeconds: 1 }
    await expect(openDatabase(file, options)).rejects.toMatchObject(busy)
  })
})

describe('migrate', () => {
  const migrations = ['CREATE TABLE one (id INTEGER)', 'CREATE TABLE two (id INTEGER)']

  test('B194 rolls a failed step back completely, and continues from there', () => {
    using database = new DatabaseSync(':memory:')
    const [first = '', second = ''] = migrations
    expect(() => migrate(database, { migrations: [first, `${second}; nonsense`] })).toThrow()
    expect(readPragma(database, 'user_version')).toBe(1)
    expect(tablesOf(database)).toStrictEqual(['one'])
    migrate(database, { migrations })
    migrate(database, { migrations })
    expect(readPragma(database, 'user_version')).toBe(2)
    expect(tablesOf(database)).toStrictEqual(['one', 'two'])
  })

  test('B194 a kill during a step leaves the file as it was, and the next start finishes', async () => {
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'catalog.db')
    const script = `
      import { DatabaseSync } from 'node:sqlite'
      const database = new DatabaseSync(${JSON.stringify(file)})
      database.exec('PRAGMA journal_mode = wal; PRAGMA cache_size = 1; BEGIN IMMEDIATE')
      database.exec(${JSON.stringify(sqliteMigrations[0])})
      database.exec('PRAGMA user_version = 1')
      process.kill(process.pid, 'SIGKILL')`
    const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script])
    expect(signal, String(stderr)).toBe('SIGKILL')
    await using catalog = await openSqliteCatalog({ file })
    expect(await catalog.insert(samplePhoto())).toStrictEqual({ status: 'inserted' })
  })
})

function temporaryDirectory() {
  return mkdtempDisposable(join(tmpdir(), 'tintype-catalog-'))
}

function runSql(file: string, sql: string): void {
  using database = new DatabaseSync(file)
  database.exec(sql)
}

/** A catalog with some photos, closed, with `sql` run on it. */
async function makeCatalog(file: string, sql = '') {
  {
    await using catalog = await openSqliteCatalog({ file })
    const alt = 'words '.repeat(300)
    await Promise.all(Array.from({ length: 50 }, () => catalog.insert(samplePhoto({ alt }))))
  }
  runSql(file, sql)
  return await stat(file)
}

/** Overwrites the first page of the table of photos. */
async function spoilPages(file: string): Promise<void> {
  await makeCatalog(file)
  using database = new DatabaseSync(file)
  const root = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'photos'").get()?.rootpage
  const pageByteSize = readPragma(database, 'page_size')
  await using handle = await open(file, 'r+')
  await handle.write(Buffer.alloc(pageByteSize, 0x5a), 0, pageByteSize, (Number(root) - 1) * pageByteSize)
}

function tablesOf(database: DatabaseSync) {
  const tables = database.prepare('SELECT name FROM sqlite_schema ORDER BY name')
  return tables.all().map(({ name }) => name)
}

/** File modes do not apply to root, and tests in containers run as root. */
function becomeOrdinaryUser(): Disposable {
  const original = process.geteuid?.()
  if (original !== 0) return { [Symbol.dispose]: () => undefined }
  process.seteuid?.(65534)
  return { [Symbol.dispose]: () => process.seteuid?.(0) }
}
