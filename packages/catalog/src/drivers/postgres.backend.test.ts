import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ownerSubject } from '../access-catalog.ts'
import { postgresMigrations } from '../migrations/postgres/index.ts'
import type { PhotoCatalog } from '../photo-catalog.ts'
import {
  describeAccessCatalog,
  describeChangeFeed,
  describeLeases,
  describePhotoCatalog,
  hasPostgres,
  samplePhoto,
  sampleRendition,
} from '../testing/index.ts'
import { isOutcomeUnknown } from '../unknown-outcome.ts'
import { startCatalogs, type TestCatalogs } from './postgres/testing/start-catalogs.ts'
import { openPostgresCatalog } from './postgres.ts'

let catalogs: TestCatalogs
beforeAll(async () => {
  catalogs = await startCatalogs()
})
afterAll(() => catalogs?.[Symbol.asyncDispose]())

describe.skipIf(!hasPostgres)('a real PostgreSQL server', () => {
  describePhotoCatalog('postgres', { open: () => catalogs.open({ shortSearchReach: 200 }) })
  describeAccessCatalog('postgres', { open: () => catalogs.open() })
  describeChangeFeed('postgres', { open: () => catalogs.open() })
  describeLeases('postgres', { open: () => catalogs.open() })
})

describe.skipIf(!hasPostgres)('openPostgresCatalog', () => {
  test('B194 ten servers that start together create one catalog, and all can use it', async () => {
    const options = catalogs.newOptions()
    const opened = await Promise.all(Array.from({ length: 10 }, () => openPostgresCatalog(options)))
    await using closing = new AsyncDisposableStack()
    for (const catalog of opened) closing.use(catalog)
    const photos = opened.map(() => samplePhoto())
    for (const [at, catalog] of opened.entries()) await catalog.insert(photos[at] ?? samplePhoto())
    for (const catalog of opened)
      expect((await catalog.list({ limit: 100 })).photos).toStrictEqual(photos.toReversed())
    const versions = await catalogs.server.query(
      `SELECT version FROM ${options.schema}.schema_migrations`,
      catalogs.url,
    )
    expect(versions).toStrictEqual(postgresMigrations.map((_, at) => ({ version: at + 1 })))
  })

  test('B193 refuses a catalog that needs a newer version, and changes nothing', async () => {
    await using opened = await catalogs.open()
    const { options } = opened
    await catalogs.server.query(
      `INSERT INTO ${options.schema}.schema_migrations (version, compatible_from) VALUES (99, 99)`,
      catalogs.url,
    )
    await expect(openPostgresCatalog(options)).rejects.toMatchObject({
      code: 'CATALOG_UNAVAILABLE',
      message: expect.stringContaining('schema version 99'),
    })
  })

  test('works beside a newer server if its catalog allows it', async () => {
    await using opened = await catalogs.open()
    const { options } = opened
    await catalogs.server.query(
      `INSERT INTO ${options.schema}.schema_migrations (version, compatible_from) VALUES (${postgresMigrations.length + 1}, 1)`,
      catalogs.url,
    )
    await using older = await openPostgresCatalog(options)
    expect(await older.count()).toBe(0)
  })

  test('texts of an older catalog are found in any form, and photos whose text stays the same are not written', async () => {
    await using opened = await catalogs.open()
    const { schema } = opened.options
    const tokyo = samplePhoto({ title: 'Ｔｏｋｙｏ', alt: null, filename: 'a.jpg', tags: ['cafe\u0301'] })
    const cafe = samplePhoto({ title: 'Cafe\u0301', alt: null, filename: 'b.jpg', tags: [] })
    await opened.catalog.insert(tokyo)
    const columns = `format, byte_size, sha256, width, height, thumbnail_width, thumbnail_height, placeholder, filename, tags,
      created_at, visibility`
    const more = `INSERT INTO ${schema}.photos (id, ${columns}, title, search_text)
      SELECT gen_random_uuid(), ${columns.replace('tags', "'{}'")}, 'same', E'\\x1fsame\\x1f\\x1fa.jpg\\x1f'
      FROM ${schema}.photos, generate_series(1, 1001)`
    await catalogs.server.query(more, catalogs.url)
    await opened.catalog.insert(cafe)
    const before = `
      UPDATE ${schema}.photos SET search_text = E'\\x1fｔｏｋｙｏ\\x1f\\x1fa.jpg\\x1fcafe\u0301\\x1f' WHERE id = '${tokyo.id}';
      UPDATE ${schema}.photos SET search_text = E'\\x1fcafe\u0301\\x1f\\x1fb.jpg\\x1f' WHERE id = '${cafe.id}';
      DROP INDEX ${schema}.photos_by_digest;
      DELETE FROM ${schema}.schema_migrations WHERE version >= 8;
      CREATE TABLE ${schema}.written (id uuid);
      GRANT ALL ON ${schema}.written TO tester;
      CREATE FUNCTION ${schema}.note() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO ${schema}.written VALUES (new.id); RETURN new; END $$;
      CREATE TRIGGER note AFTER UPDATE ON ${schema}.photos FOR EACH ROW EXECUTE FUNCTION ${schema}.note()`
    await catalogs.server.query(before, catalogs.url)

    await using catalog = await openPostgresCatalog(opened.options)

    for (const [search, photo] of [
      ['tokyo', tokyo],
      ['café', cafe],
    ] as const)
      expect((await catalog.list({ limit: 1, search })).photos, search).toStrictEqual([photo])
    expect((await catalog.list({ limit: 5, search: 'café' })).photos).toStrictEqual([cafe, tokyo])
    const written = await catalogs.server.query(`SELECT id FROM ${schema}.written`, catalogs.url)
    expect(written).toStrictEqual([{ id: tokyo.id }, { id: cafe.id }])
  })

  test.each([
    [{ password: 'wrong-secret' }, /refused the user name or the password/],
    [{ database: 'absent' }, /database does not exist/],
    [{ port: 1 }, /does not accept connections/],
    [{ tls: 'verify-full' }, /offers no TLS/],
  ] as const)('with %j says what is wrong, and no secret', async (overrides, expected) => {
    const failure: unknown = await openPostgresCatalog(catalogs.newOptions(overrides)).catch(
      (error: unknown) => error,
    )
    expect(failure).toMatchObject({
      code: 'CATALOG_UNAVAILABLE',
      message: expect.stringMatching(expected),
    })
    const { cause } = failure as Error
    expect(JSON.stringify([failure, `${failure}`, cause, `${cause}`])).not.toContain('secret')
  })

  test('a user that may not create a schema uses one that was created for it', async () => {
    const options = catalogs.newOptions({ user: 'guest', password: 'guest' })
    await catalogs.server.query("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    await expect(openPostgresCatalog(options)).rejects.toMatchObject({
      message: expect.stringContaining('may not create tables'),
    })
    await catalogs.server.query(`CREATE SCHEMA ${options.schema} AUTHORIZATION guest`, catalogs.url)
    await using catalog = await openPostgresCatalog(options)
    expect(await catalog.count()).toBe(0)
  })

  test('full durability waits for the disk in a database that does not, relaxed leaves it as it is', async () => {
    for (const [durability, expected] of [
      ['full', 'on'],
      ['relaxed', 'off'],
    ] as const) {
      await using opened = await catalogs.open({ durability })
      const sql = `CREATE FUNCTION ${opened.options.schema}.note() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN new.title = current_setting('synchronous_commit'); RETURN new; END $$;
        CREATE TRIGGER note BEFORE INSERT ON ${opened.options.schema}.photos FOR EACH ROW
        EXECUTE FUNCTION ${opened.options.schema}.note()`
      await catalogs.server.query(sql, catalogs.url)
      const photo = samplePhoto()
      await opened.catalog.insert(photo)
      expect((await opened.catalog.get(photo.id))?.title).toBe(expected)
    }
  })

  test('is unused until the first photo, and not again when all are deleted', async () => {
    await using opened = await catalogs.open()
    const { catalog } = opened
    expect(await catalog.isUnused?.()).toBe(true)
    const photo = samplePhoto()
    await catalog.insert(photo)
    await catalog.delete(photo.id)
    expect(await catalog.isUnused?.()).toBe(false)
  })
})

/** Fails the first updates of photos, as the server does when two transactions cannot both be right. */
async function failUpdates(schema: string, count: number) {
  const sql = `CREATE SEQUENCE ${schema}.failures;
    GRANT ALL ON SEQUENCE ${schema}.failures TO tester;
    CREATE FUNCTION ${schema}.fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('${schema}.failures') <= ${count} THEN RAISE EXCEPTION USING ERRCODE = '40001'; END IF;
      RETURN new;
    END $$;
    CREATE TRIGGER fail BEFORE UPDATE ON ${schema}.photos FOR EACH ROW EXECUTE FUNCTION ${schema}.fail()`
  await catalogs.server.query(sql, catalogs.url)
}

describe.skipIf(!hasPostgres)('a transaction that PostgreSQL asks to repeat', () => {
  test('B197 is repeated twice, and its audit record is written once', async () => {
    await using opened = await catalogs.open()
    const { catalog, options } = opened
    const photo = samplePhoto()
    await catalog.insert(photo)
    await failUpdates(options.schema, 2)
    const changed = await catalog.update(photo.id, { title: 'new' }, { audit: sampleAudit() })
    expect(changed).toStrictEqual({ ...photo, title: 'new' })
    expect((await catalog.listAudit({ limit: 9 })).entries).toHaveLength(1)
  })

  test('B197 is refused for certain after three attempts, and changes nothing', async () => {
    await using opened = await catalogs.open()
    const { catalog, options } = opened
    const photo = samplePhoto()
    await catalog.insert(photo)
    await failUpdates(options.schema, 3)
    const failure: unknown = await catalog.update(photo.id, { title: 'new' }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'CATALOG_UNAVAILABLE', retryAfterSeconds: 1 })
    expect(isOutcomeUnknown(failure)).toBe(false)
    expect(await catalog.get(photo.id)).toStrictEqual(photo)
  })
})

function sampleAudit() {
  const facts = { id: samplePhoto().id, at: '2026-01-01T00:00:00.000Z', requestId: 'request', actor: 'key:1' }
  return {
    ...facts,
    action: 'photo.update',
    target: null,
    owner: null,
    outcome: 'done',
    details: {},
  } as const
}

describe.skipIf(!hasPostgres)('several servers', () => {
  const expiresAt = '2026-06-01T00:00:00.000Z'

  test('B220 of fifty racers at two servers, one uses a grant of one, and one gets the last free byte', async () => {
    await using opened = await catalogs.open()
    await using other = await openPostgresCatalog(opened.options)
    const servers = [opened.catalog, other]
    const race = (facts: () => Parameters<PhotoCatalog['insert']>) =>
      Promise.all(Array.from({ length: 50 }, (_, at) => servers[at % 2]?.insert(...facts())))
    const granted = await race(() => [samplePhoto(), { grant: { id: 'grant', uses: 1, expiresAt } }])
    expect(granted.filter((outcome) => outcome?.status === 'inserted')).toHaveLength(1)
    const subject = ownerSubject('alice')
    await opened.catalog.setQuota({ subject, maxBytes: 100 })
    const counted = await race(() => [samplePhoto({ owner: 'alice', uploadedBy: 'key:1', byteSize: 100 })])
    expect(counted.filter((outcome) => outcome?.status === 'inserted')).toHaveLength(1)
    expect(await other.findUsage(subject)).toStrictEqual({ photos: 1, bytes: 100, maxBytes: 100 })
    expect(await other.findUsage('key:1')).toStrictEqual({ photos: 1, bytes: 100 })
    expect(await other.count()).toBe(2)
  })

  test('a rendition that is recorded while its photo is deleted is returned by the deletion, or refused', async () => {
    await using opened = await catalogs.open()
    await using other = await openPostgresCatalog(opened.options)
    for (let round = 0; round < 20; round++) {
      const photo = samplePhoto()
      await opened.catalog.insert(photo)
      const rendition = sampleRendition(photo.id)
      const [deleted, isRecorded] = await Promise.all([
        opened.catalog.delete(photo.id),
        other.putRendition(rendition),
      ])
      expect(deleted?.renditions).toStrictEqual(isRecorded ? [rendition] : [])
    }
  })

  test('moves, deletions and uploads of the same owners at once leave exact counts', async () => {
    await using opened = await catalogs.open()
    await using other = await openPostgresCatalog(opened.options)
    const owners = ['alice', 'bob']
    const photos = Array.from({ length: 40 }, (_, at) =>
      samplePhoto({ owner: owners[at % 2] ?? null, uploadedBy: 'key:1', byteSize: at + 1 }),
    )
    await Promise.all(photos.map((photo) => opened.catalog.insert(photo)))
    await Promise.all([
      ...photos.slice(0, 20).map((photo) => other.move(photo.id, photo.owner === 'alice' ? 'bob' : 'alice')),
      ...photos.slice(20, 30).map((photo) => opened.catalog.delete(photo.id)),
      ...photos.slice(0, 10).map((photo) => opened.catalog.insert({ ...photo, id: samplePhoto().id })),
    ])
    const left = (await opened.catalog.list({ limit: 100 })).photos
    for (const owner of owners) {
      const own = left.filter((photo) => photo.owner === owner)
      const bytes = own.reduce((sum, { byteSize }) => sum + byteSize, 0)
      expect(await other.findUsage(ownerSubject(owner))).toStrictEqual({ photos: own.length, bytes })
    }
  })
})
