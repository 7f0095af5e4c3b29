import { spawnSync } from 'node:child_process'
import { copyFile, mkdtempDisposable, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { sqliteMigrations } from '../migrations/sqlite/index.ts'
import type { PhotoCatalog } from '../photo-catalog.ts'
import {
  describeAccessCatalog,
  describeChangeFeed,
  describeLeases,
  describePhotoCatalog,
  samplePhoto,
  sampleRendition,
} from '../testing/index.ts'
import { migrate } from './sqlite/migrate.ts'
import { toPhotoParameters } from './sqlite/photo-rows.ts'
import { openSqliteCatalog, openSqliteCatalogReader, type SqliteCatalogOptions } from './sqlite.ts'

describePhotoCatalog('sqlite', { open: () => openTemporary({ shortSearchReach: 200 }) })
describeAccessCatalog('sqlite', { open: () => openTemporary({}) })
describeChangeFeed('sqlite', { open: () => openTemporary({}) })
describeLeases('sqlite', { open: () => openTemporary({}) })

describe('openSqliteCatalog', () => {
  test.each(['full', 'relaxed'] as const)(
    '%s: keeps everything from one opening to the next, and leaves one file and the reserve',
    async (durability) => {
      await using opened = await openTemporary({ durability })
      const photo = samplePhoto({ title: 'kept', tags: ['a'] })
      const rendition = sampleRendition(photo.id)
      await opened.catalog.insert(photo, { idempotency: { owner: '', key: 'key' } })
      await opened.catalog.putRendition(rendition)
      const { nextCursor } = await fillAndList(opened.catalog)
      await opened.catalog[Symbol.asyncDispose]()
      expect(await readdir(dirname(opened.file))).toStrictEqual(['catalog.db', 'catalog.db-reserve'])

      await using again = await openSqliteCatalog({ file: opened.file })
      expect(await again.getByIdempotencyKey({ owner: '', key: 'key' })).toStrictEqual(photo)
      expect(await again.listRenditions(photo.id)).toStrictEqual([rendition])
      expect((await again.list({ limit: 5, search: 'kept', tag: 'a' })).photos).toStrictEqual([photo])
      expect((await again.list({ limit: 5, cursor: nextCursor })).photos).toStrictEqual([photo])
    },
  )

  test('brings a file of the first version up to date: its keys have no owner, and readers need no new version', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-catalog-'))
    const file = join(directory.path, 'catalog.db')
    const photo = samplePhoto()
    {
      using database = new DatabaseSync(file)
      migrate(database, { migrations: sqliteMigrations.slice(0, 1) })
      const row = toPhotoParameters(photo)
      const { owner: _, visibility: _v, metadata: _m, uploadedBy: _u, tags, ...facts } = row
      const names = Object.keys({ ...facts, tags })
      const columns = names.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
      const sql = `INSERT INTO photos (${columns.join(', ')}) VALUES (${names.map((name) => `:${name}`).join(', ')})`
      database.prepare(sql).run({ ...facts, tags })
      database.exec("INSERT INTO idempotency_keys (key, seq, created_at) VALUES ('key', 1, '2025')")
    }
    {
      await using backup = await openSqliteCatalogReader({ file, isFrozen: true })
      expect((await backup.list({ limit: 5 })).photos).toStrictEqual([photo])
      expect(await backup.findDamage?.()).toStrictEqual([])
    }
    await using catalog = await openSqliteCatalog({ file })
    expect(await catalog.getByIdempotencyKey({ owner: '', key: 'key' })).toStrictEqual(photo)
    const options = { idempotency: { owner: 'other', key: 'key' } }
    expect(await catalog.insert(samplePhoto(), options)).toStrictEqual({ status: 'inserted' })
    expect(await catalog.findDamage?.()).toStrictEqual([])
    await catalog.forgetIdempotencyKeys('2026')
    expect(await catalog.getByIdempotencyKey({ owner: '', key: 'key' })).toBeUndefined()
  })

  test('creates files that other users cannot read', async () => {
    await using opened = await openTemporary()
    await opened.catalog.insert(samplePhoto())
    const directory = dirname(opened.file)
    expect((await stat(directory)).mode & 0o777).toBe(0o750)
    for (const name of ['catalog.db', 'catalog.db-wal', 'catalog.db-shm'])
      expect((await stat(join(directory, name))).mode & 0o777, name).toBe(0o640)
  })

  test('treats every path as a path, never as a special name of SQLite', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-catalog-'))
    for (const name of [':memory:', 'file:x?mode=memory', 'a b%20c#d.db']) {
      const file = join(directory.path, name)
      await using catalog = await openSqliteCatalog({ file })
      await catalog.insert(samplePhoto())
      expect((await stat(file)).size).toBeGreaterThan(0)
    }
  })

  test('B167 a kill loses no resolved write', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-catalog-'))
    const file = join(directory.path, 'catalog.db')
    const photos = Array.from({ length: 5 }, () => samplePhoto({ tags: ['a'] }))
    const script = `
      import { openSqliteCatalog } from ${JSON.stringify(import.meta.resolve('./sqlite.ts'))}
      const catalog = await openSqliteCatalog({ file: ${JSON.stringify(file)} })
      await Promise.all(${JSON.stringify(photos)}.map((photo) => catalog.insert(photo)))
      process.kill(process.pid, 'SIGKILL')`
    await writeFile(join(directory.path, 'victim.mjs'), script)
    const { signal, stderr } = spawnSync(process.execPath, [join(directory.path, 'victim.mjs')])
    expect(signal, String(stderr)).toBe('SIGKILL')
    await using catalog = await openSqliteCatalog({ file })
    expect((await catalog.list({ limit: 9, tag: 'a' })).photos).toStrictEqual(photos.toReversed())
  })
})

describe('while it is open, the file', () => {
  const removals = {
    'is removed together with the files beside it': async (file: string) => {
      for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`)
    },
    'is replaced by a copy': async (file: string) => {
      await copyFile(file, `${file}-copy`)
      await rename(`${file}-copy`, file)
    },
    'loses its write-ahead log': (file: string) => rm(`${file}-wal`),
  }

  test.each(Object.entries(removals))(
    'B193 %s: writes are refused, and reads continue',
    async (_how, removeIt) => {
      await using opened = await openTemporary()
      const photo = samplePhoto()
      await opened.catalog.insert(photo)
      await removeIt(opened.file)
      const refused = { name: 'TintypeError', code: 'CATALOG_UNAVAILABLE' }
      await expect(opened.catalog.insert(samplePhoto())).rejects.toMatchObject(refused)
      await expect(opened.catalog.delete(photo.id)).rejects.toMatchObject(refused)
      await expect(opened.catalog.probe()).rejects.toMatchObject(refused)
      expect(await opened.catalog.get(photo.id)).toStrictEqual(photo)
      expect(await opened.catalog.count()).toBe(1)
    },
  )

  test('B193 is moved away and back: writes work again', async () => {
    await using opened = await openTemporary()
    await rename(opened.file, `${opened.file}-away`)
    await expect(opened.catalog.probe()).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' })
    await rename(`${opened.file}-away`, opened.file)
    await opened.catalog.probe()
    expect(await opened.catalog.insert(samplePhoto())).toStrictEqual({ status: 'inserted' })
  })
})

describe('while another process holds the lock', () => {
  test('B191 fifty writes are refused as unavailable, reads continue, and writes work afterwards', async () => {
    await using opened = await openTemporary({ busyTimeoutMs: 50 })
    const photo = samplePhoto()
    await opened.catalog.insert(photo)
    using other = new DatabaseSync(opened.file)
    other.exec('BEGIN IMMEDIATE')
    const writes = Array.from({ length: 50 }, () => opened.catalog.insert(samplePhoto()))
    const settling = Promise.allSettled([...writes, opened.catalog.probe()])
    expect(await opened.catalog.get(photo.id)).toStrictEqual(photo)
    for (const outcome of await settling) {
      const reason = { name: 'TintypeError', code: 'CATALOG_UNAVAILABLE', retryAfterSeconds: 1 }
      expect(outcome).toMatchObject({ status: 'rejected', reason })
    }
    other.exec('ROLLBACK')
    expect(await opened.catalog.insert(samplePhoto())).toStrictEqual({ status: 'inserted' })
    expect(await opened.catalog.count()).toBe(2)
  })

  test('a write that waits for the lock blocks neither the process nor a disposal', async () => {
    await using opened = await openTemporary()
    using other = new DatabaseSync(opened.file)
    other.exec('BEGIN IMMEDIATE')
    const inserting = opened.catalog.insert(samplePhoto())
    const closing = opened.catalog[Symbol.asyncDispose]()
    // The write runs on its own thread. By now it waits for the lock, or finds it released. Only this thread can release it.
    await nextTurn()
    await nextTurn()
    other.exec('ROLLBACK')
    expect(await inserting).toStrictEqual({ status: 'inserted' })
    await closing
  })
})

async function openTemporary(options: Omit<SqliteCatalogOptions, 'file'> = {}) {
  const directory = await mkdtempDisposable(join(tmpdir(), 'tintype-catalog-'))
  const file = join(directory.path, 'made', 'catalog.db')
  const catalog = await openSqliteCatalog({ file, ...options })
  return {
    catalog,
    file,
    async [Symbol.asyncDispose]() {
      await catalog[Symbol.asyncDispose]()
      await directory.remove()
    },
  }
}

/** A page with a cursor to all earlier photos. */
async function fillAndList(catalog: PhotoCatalog) {
  for (let count = 0; count < 3; count += 1) await catalog.insert(samplePhoto())
  return await catalog.list({ limit: 3 })
}
