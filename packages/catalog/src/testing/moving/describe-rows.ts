import { describe, expect, test } from 'vitest'
import type { AccessCatalog } from '../../access-catalog.ts'
import { type CatalogRows, keyOf, type Row } from '../../moving/catalog-rows.ts'
import { type MovedTableName, movedTable, movedTables } from '../../moving/moved-tables.ts'
import type { PhotoCatalog } from '../../photo-catalog.ts'
import { sampleKey } from '../sample-key.ts'
import { samplePhoto, sampleRendition } from '../sample-photo.ts'

/** One catalog, opened for a server and for a move. */
export interface RowsFixture extends AsyncDisposable {
  readonly catalog: PhotoCatalog & AccessCatalog
  readonly rows: CatalogRows
}

const fenced = { code: 'OVERLOADED', retryAfterSeconds: 2 }

/**
 * The contract of `CatalogRows`: every driver that has it must pass all of it.
 *
 * @param name the driver's name in the list of tests
 * @param open opens a new, empty catalog
 */
export function describeRows(name: string, open: () => Promise<RowsFixture>): void {
  const readAll = async (rows: CatalogRows, table: MovedTableName) =>
    await rows.readPage(movedTable(table), { limit: 1000 })

  describe(`CatalogRows: ${name}`, () => {
    test('every row of every table is read, and written to another catalog unchanged', async () => {
      await using source = await open()
      await using target = await open()
      await fill(source.catalog)
      for (const table of movedTables) {
        const page = await readAll(source.rows, table.name)
        expect(page.length, table.name).toBeGreaterThan(0)
        // twice: a run that was killed writes the same rows again
        for (let run = 1; run <= 2; run += 1) await target.rows.writeRows(table, page)
        expect(await readAll(target.rows, table.name)).toEqual(page)
        expect(await target.rows.countRows(table)).toBe(page.length)
      }
      const { photos } = await source.catalog.list({ limit: 100 })
      expect((await target.catalog.list({ limit: 100 })).photos).toStrictEqual(photos)
      for (const sort of ['uploaded', 'taken'] as const) {
        const tagged = { limit: 1, tag: 'shared', owner: 'ann', sort }
        const page = await source.catalog.list(tagged)
        expect(page.nextCursor).toBeDefined()
        expect(await target.catalog.list(tagged)).toStrictEqual(page)
        const next = { ...tagged, cursor: page.nextCursor }
        expect(await target.catalog.list(next)).toStrictEqual(await source.catalog.list(next))
      }
      expect((await target.catalog.list({ limit: 100, search: 'zeppelin' })).photos).toHaveLength(1)
      expect(await target.catalog.listKeys()).toStrictEqual(await source.catalog.listKeys())
      expect(await target.catalog.isTokenRevoked('revoked')).toBe(true)
      const held = { owner: 'ann', key: 'key' }
      expect(await target.catalog.getByIdempotencyKey(held)).toStrictEqual(
        await source.catalog.getByIdempotencyKey(held),
      )
    })

    test('pages continue after a key', async () => {
      await using opened = await open()
      await fill(opened.catalog)
      for (const table of movedTables) {
        const found: Row[] = []
        for (;;) {
          const last = found.at(-1)
          const page = await opened.rows.readPage(table, { after: last && keyOf(table, last), limit: 1 })
          if (page.length === 0) break
          found.push(...page)
        }
        expect(found).toEqual(await readAll(opened.rows, table.name))
        const keys = found.map((row) => keyOf(table, row))
        expect(await opened.rows.readRows(table, keys)).toHaveLength(found.length)
      }
    })

    test('a deleted photo takes its rows along, and a row without its photo is left out', async () => {
      await using opened = await open()
      await fill(opened.catalog)
      const { rows } = opened
      const photos = await readAll(rows, 'photos')
      const renditions = await readAll(rows, 'renditions')
      await rows.deleteRows(
        movedTable('photos'),
        photos.map(({ seq = null }) => [seq]),
      )
      await rows.writeRows(movedTable('renditions'), renditions)
      for (const name of ['photos', 'renditions', 'idempotency_keys'] as const)
        expect(await rows.countRows(movedTable(name))).toBe(0)
    })

    test('numbers continue after the last one, and are never lowered', async () => {
      await using opened = await open()
      const photos = movedTable('photos')
      expect(await opened.rows.readLastNumber(photos)).toBe(0)
      for (const number of [41, 7]) await opened.rows.raiseLastNumber(photos, number)
      expect(await opened.rows.readLastNumber(photos)).toBe(41)
      await opened.catalog.insert(samplePhoto())
      expect((await readAll(opened.rows, 'photos')).map(({ seq }) => seq)).toEqual([42])
    })

    test('changes are noted from the beginning to the end of noting', async () => {
      await using opened = await open()
      const { catalog, rows } = opened
      await catalog.insert(samplePhoto())
      for (let run = 1; run <= 2; run += 1) await rows.startNoting()
      const photo = samplePhoto({ owner: 'ann' })
      await catalog.insert(photo, { idempotency: { owner: 'ann', key: 'key' } })
      await catalog.putRendition(sampleRendition(photo.id))
      const added = await rows.readChanges(100)
      expect(new Set(added.map(({ table }) => table))).toEqual(
        new Set(['photos', 'renditions', 'idempotency_keys', 'usage']),
      )
      await rows.forgetChanges(added)
      await catalog.delete(photo.id)
      const removed = await rows.readChanges(100)
      const keysOf = (table: MovedTableName) =>
        removed.filter((one) => one.table === table).map(({ key }) => key)
      expect(keysOf('photos')).toEqual([[2]])
      expect(keysOf('renditions')).toEqual([[2, 'thumb', 'webp']])
      expect(keysOf('idempotency_keys')).toEqual([['ann', 'key']])
      await rows.stopNoting()
      await catalog.insert(samplePhoto())
      expect(await rows.readChanges(100)).toEqual([])
    })

    test('a fenced library refuses every write, changes nothing, and is read', async () => {
      await using opened = await open()
      const { catalog, rows } = opened
      await fill(catalog)
      const before = await Promise.all(movedTables.map((table) => readAll(rows, table.name)))
      const [photo] = (await catalog.list({ limit: 1 })).photos
      const id = photo?.id ?? samplePhoto().id
      await rows.startNoting()
      await rows.fence()
      const writes = [
        catalog.insert(samplePhoto()),
        catalog.update(id, { title: 'other' }),
        catalog.delete(id),
        catalog.putRendition(sampleRendition(id, { name: 'w640' })),
        catalog.setQuota({ subject: 'owner:bob', maxPhotos: 1 }),
        catalog.recordAudit(entry()),
      ]
      const outcomes = await Promise.allSettled(writes)
      expect(outcomes).toEqual(
        writes.map(() => ({ status: 'rejected', reason: expect.objectContaining(fenced) })),
      )
      expect(await Promise.all(movedTables.map((table) => readAll(rows, table.name)))).toEqual(before)
      expect(await catalog.get(id)).toStrictEqual(photo)
      expect((await catalog.readLibrary()).state).toBe('fenced')
      await rows.changeMove({ state: 'live' })
      expect(await catalog.insert(samplePhoto())).toEqual({ status: 'inserted' })
    })
  })
}

function entry() {
  return {
    id: 'entry',
    at: '2026-01-01T00:00:00.000Z',
    requestId: 'request',
    actor: 'key:one',
    action: 'key.create',
    target: null,
    owner: null,
    outcome: 'done',
    details: {},
  } as const
}

/** At least one row in each table, with values that engines store differently. */
async function fill(catalog: PhotoCatalog & AccessCatalog): Promise<void> {
  const photo = samplePhoto({
    owner: 'ann',
    title: 'Zeppelin \u2028 "quoted" \\ back',
    tags: ['tag "one"', 'zwei\\', '三', 'shared'],
    takenAt: '2020-02-02T02:02:02',
    metadata: { nested: '{"a": [1, null]}' },
    uploadedBy: 'key:one',
  })
  const grant = { id: 'grant', uses: 2, expiresAt: '2030-01-01T00:00:00.000Z' }
  await catalog.insert(photo, { idempotency: { owner: 'ann', key: 'key' }, grant })
  await catalog.insert(samplePhoto({ owner: 'ann', tags: ['shared'] }))
  for (const name of ['thumb', 'w640']) await catalog.putRendition(sampleRendition(photo.id, { name }))
  await catalog.insertKey(sampleKey())
  await catalog.revokeToken({ id: 'revoked', expiresAt: '2030-01-01T00:00:00.000Z' })
  await catalog.setQuota({ subject: 'owner:ann', maxBytes: 5_000_000_000 })
  for (let nth = 1; nth <= 2; nth += 1) await catalog.recordAudit(entry())
}
