import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leftTables, movedTable, movedTables, tagColumns } from '../moving/moved-tables.ts'
import { describeRows, hasPostgres, samplePhoto } from '../testing/index.ts'
import { startCatalogs, type TestCatalogs } from './postgres/testing/start-catalogs.ts'
import { openPostgresRows } from './postgres-rows.ts'

let catalogs: TestCatalogs

beforeAll(async () => {
  if (hasPostgres) catalogs = await startCatalogs()
})
afterAll(async () => await catalogs?.[Symbol.asyncDispose]())

async function open() {
  await using opening = new AsyncDisposableStack()
  const { catalog, options } = opening.use(await catalogs.open())
  const rows = opening.use(await openPostgresRows(options))
  const owned = opening.move()
  return { catalog, rows, options, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

describe.skipIf(!hasPostgres)('on PostgreSQL', () => {
  describeRows('PostgreSQL', open)

  test('the list has every table, with its columns and its key', async () => {
    await using opened = await open()
    const columns = await catalogs.server.query(
      `SELECT table_name AS "table", array_agg(column_name::text) AS names FROM information_schema.columns
        WHERE table_schema = '${opened.options.schema}' GROUP BY table_name`,
      catalogs.url,
    )
    const tags = columns.find(({ table }) => table === 'photo_tags')
    expect([tags?.names].flat().sort()).toEqual(tagColumns)
    const found = columns.filter(({ table }) => !Object.hasOwn(leftTables, String(table)))
    expect(found.map(({ table }) => table).sort()).toEqual(movedTables.map(({ name }) => name).toSorted())
    for (const { table, names } of found) {
      const listed = movedTables.find(({ name }) => name === table)
      expect((names as string[]).sort(), String(table)).toEqual(Object.keys(listed?.columns ?? {}).toSorted())
    }
  })

  test('a fence waits for a write that began before it', async () => {
    await using opened = await open()
    const { catalog, rows, options } = opened
    const photo = samplePhoto()
    await catalog.insert(photo)
    await rows.startNoting()
    let fencing: Promise<void>
    {
      await using _writing = await catalogs.server.hold(
        `UPDATE ${options.schema}.photos SET title = 'late'`,
        catalogs.url,
      )
      fencing = rows.fence()
      // The fence waits for the other session, which is seen in the list of locks.
      for (;;) {
        const [row] = await catalogs.server.query(
          "SELECT count(*)::integer AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
          catalogs.url,
        )
        if (row?.waiting === 1) break
      }
      expect((await rows.readMove()).state).toBe('live')
    }
    await fencing
    expect((await rows.readMove()).state).toBe('fenced')
    await expect(catalog.update(photo.id, { title: 'later' })).rejects.toMatchObject({ code: 'OVERLOADED' })
    expect(await rows.countRows(movedTable('photos'))).toBe(1)
  })
})
