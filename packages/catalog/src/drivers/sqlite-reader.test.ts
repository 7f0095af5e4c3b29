import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { samplePhoto, sampleRendition } from '../testing/index.ts'
import { openSqliteCatalog, openSqliteCatalogReader } from './sqlite.ts'

let directory: string
let file: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tintype-catalog-'))
  file = join(directory, 'tintype.db')
})
afterEach(() => rm(directory, { recursive: true }))

test('a reader sees the commits of a writer, and cannot be opened without a file', async () => {
  await expect(openSqliteCatalogReader({ file })).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' })
  expect(await readdir(directory)).toEqual([])
  await using catalog = await openSqliteCatalog({ file })
  await using reader = await openSqliteCatalogReader({ file })
  const photo = samplePhoto()
  await catalog.insert(photo)
  const rendition = sampleRendition(photo.id)
  await catalog.putRendition(rendition)
  expect(await reader.get(photo.id)).toStrictEqual(photo)
  expect(await reader.listRenditions(photo.id)).toStrictEqual([rendition])
  expect(await reader.list({ limit: 1 })).toStrictEqual({ photos: [photo] })
  expect(await reader.findDamage?.()).toEqual([])
})

test('B170 damage that quick checks miss is found: a row without its photo, a broken search index', async () => {
  const photo = samplePhoto()
  {
    await using catalog = await openSqliteCatalog({ file })
    await catalog.insert(photo)
  }
  {
    using database = new DatabaseSync(file, { enableForeignKeyConstraints: false })
    database.exec("INSERT INTO photo_tags (tag, seq) VALUES ('lost', 99)")
    database.enableDefensive(false)
    database.exec('DELETE FROM photo_search_data WHERE id > 10')
  }
  await using reader = await openSqliteCatalogReader({ file })
  const damage = await reader.findDamage?.()
  expect(damage).toContain('a row of photo_tags refers to no row of photos')
  expect(damage?.length).toBeGreaterThan(1)
})

test('a backup is the catalog at one moment, while others write', async () => {
  await using catalog = await openSqliteCatalog({ file })
  const photos = Array.from({ length: 50 }, () => samplePhoto())
  for (const photo of photos) await catalog.insert(photo)
  await using reader = await openSqliteCatalogReader({ file })
  const copy = join(directory, 'copy.db')
  const writing = Promise.all(Array.from({ length: 200 }, () => catalog.insert(samplePhoto())))
  await Promise.all([reader.backUpTo?.(copy), writing])
  expect(await catalog.count()).toBe(250)

  await using backup = await openSqliteCatalogReader({ file: copy, isFrozen: true })
  expect(await backup.findDamage?.()).toEqual([])
  const copied = await backup.count()
  expect(copied).toBeGreaterThanOrEqual(50)
  for (const photo of photos) expect(await backup.get(photo.id)).toStrictEqual(photo)
  expect((await readdir(directory)).filter((name) => name.startsWith('copy.db'))).toEqual(['copy.db'])
})

test('a file that is not a database, or belongs to another program, is not read', async () => {
  await writeFile(file, 'this is no database, however long it may be. '.repeat(100))
  await expect(openSqliteCatalogReader({ file })).rejects.toMatchObject({ code: 'CATALOG_UNAVAILABLE' })
  const before = await readFile(file)
  expect(await readFile(file)).toEqual(before)
  await rm(file)
  new DatabaseSync(file).exec('CREATE TABLE other (a)')
  await expect(openSqliteCatalogReader({ file })).rejects.toMatchObject({
    message: 'The catalog file belongs to another program',
  })
})
