import type { PhotoId } from '@tintype/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ListQuery, PhotoCatalog, PhotoRecord } from '../../photo-catalog.ts'
import { samplePhoto } from '../../testing/sample-photo.ts'
import { hasPostgres } from '../../testing/start-postgres.ts'
import { openMemoryCatalog } from '../memory.ts'
import { inSchema } from './bind-parameters.ts'
import { pageSql } from './list-photos.ts'
import { startCatalogs, type TestCatalog, type TestCatalogs } from './testing/start-catalogs.ts'

/**
 * Photos newer than all others. They are more than a search reads before it asks the index, and more than the index may
 * return for a text whose every trigram they have.
 */
const fillerLength = 22_200
const common = { title: 'qrs rst', needle: 'qrst' }
const windowLength = 2 ** 22

describe.skipIf(!hasPostgres)('a search beyond the newest photos', () => {
  const owned = new AsyncDisposableStack()
  let catalogs: TestCatalogs
  let opened: TestCatalog
  let expected: PhotoCatalog

  beforeAll(async () => {
    catalogs = owned.use(await startCatalogs())
    opened = owned.use(await catalogs.open())
    expected = owned.use(await openMemoryCatalog())
    // Three windows: the second one is empty, and the newest one has more photos than are read one by one.
    for (const photo of makePhotos(300, 'old')) await insert(photo)
    await startAt(2 * windowLength)
    for (const photo of makePhotos(300, 'new')) await insert(photo)
    await fill()
  })
  afterAll(() => owned[Symbol.asyncDispose]())

  async function insert(photo: PhotoRecord): Promise<void> {
    await Promise.all([opened.catalog.insert(photo), expected.insert(photo)])
  }

  test('B310 is ended by the server if it takes too long, and leaves its connection usable', async () => {
    await using slow = await catalogs.open()
    const { schema } = slow.options
    await slow.catalog.insert(samplePhoto({ title: 'needle' }))
    const sql = `ALTER TABLE ${schema}.photos RENAME TO stored;
      CREATE VIEW ${schema}.photos AS SELECT * FROM ${schema}.stored WHERE pg_sleep(20) IS NOT NULL;
      GRANT SELECT ON ${schema}.photos TO PUBLIC`
    await catalogs.server.query(sql, catalogs.url)
    const search = slow.catalog.list({ limit: 1, search: 'needle' })
    await expect(search).rejects.toMatchObject({ code: 'OVERLOADED', facts: { limitMs: 2000 } })
    expect(await slow.catalog.listTags({ limit: 1, prefix: '', isPublic: false })).toEqual([])
  })

  async function startAt(seq: number): Promise<void> {
    const { schema } = opened.options
    await catalogs.server.query(`ALTER TABLE ${schema}.photos ALTER seq RESTART WITH ${seq}`, catalogs.url)
  }

  /** Copies of one photo that no search finds. One by one they would take a minute. */
  async function fill(): Promise<void> {
    const { schema } = opened.options
    const photo = samplePhoto({ filename: '-', title: common.title })
    await opened.catalog.insert(photo)
    const columns = `format, byte_size, sha256, width, height, thumbnail_width, thumbnail_height, placeholder, filename, tags,
      created_at, visibility, search_text`
    await catalogs.server.query(
      `INSERT INTO ${schema}.photos (id, ${columns}) SELECT gen_random_uuid(), ${columns}
       FROM ${schema}.photos, generate_series(1, ${fillerLength}) WHERE id = '${photo.id}'`,
      catalogs.url,
    )
  }

  test.each<Omit<ListQuery, 'limit' | 'cursor'>>([
    { search: 'needle' },
    { search: 'NEEDLE 7' },
    { search: 'old' },
    { search: 'dle' },
    { search: '!!!' },
    { search: '東京タ' },
    { search: 'absent' },
    { search: 'needle', tag: 'even' },
    { search: 'needle', owner: 'alice' },
    { search: 'needle', owner: 'ALICE' },
    { search: 'needle', owner: 'alice', tag: 'even', visibility: 'private' },
    { search: 'needle', visibility: 'private' },
    { search: 'elden' },
    { search: common.needle },
    { search: common.needle, owner: 'alice' },
    { search: common.needle, tag: 'even', visibility: 'private' },
  ])('finds page by page what reading every photo finds: %j', async (query) => {
    const want = await listAll(expected, { ...query, limit: 100 })
    expect(await listAll(opened.catalog, { ...query, limit: 7 })).toStrictEqual(want)
    expect(await listAll(opened.catalog, { ...query, limit: 100 })).toStrictEqual(want)
    if (want.length > 1)
      expect(await readBack(opened.catalog, query, want.at(-1))).toStrictEqual(want.slice(0, -1))
  })

  test.each<Omit<ListQuery, 'limit'>>([
    {},
    { tag: 'even' },
    { owner: 'alice' },
    { owner: 'alice', tag: 'even' },
    { visibility: 'private' },
  ])(
    'B294 a page of %j is read from one index, and nothing is sorted, in both orders and directions',
    async (query) => {
      const { schema } = opened.options
      const literals = { seq: '9', takenKey: "'2026'", owner: "'alice'", tag: "'even'", limit: '21' }
      for (const isTaken of [true, false])
        for (const isBackward of [true, false]) {
          const sql = pageSql({ limit: 21, ...query }, { isTaken, isBackward }, { needle: '', reach: null })
          const bound = Object.entries(literals).reduce(
            (text, [name, value]) => text.replaceAll(`:${name}`, value),
            sql,
          )
          // So small a table would be read whole.
          const settings = 'SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off;'
          const explained = await catalogs.server.query(
            `${settings} EXPLAIN ${inSchema(bound, schema)}`,
            catalogs.url,
          )
          const [, page = ''] = JSON.stringify(explained).split('CTE page')
          const [steps = ''] = page.split('CTE Scan')
          expect(steps).toMatch(
            isTaken ? /Index (Only )?Scan .*using \w+_taken on/ : /Index (Only )?Scan .*using/,
          )
          expect(steps).not.toMatch(/Sort Key|Seq Scan/)
        }
    },
  )

  test('the index is used, whatever the planner thinks of the table', async () => {
    const { schema } = opened.options
    const explained = await catalogs.server.query(
      `SET enable_seqscan = off; EXPLAIN SELECT seq FROM ${schema}.photos AS p
       WHERE ${schema}.search_keys(p.seq, p.owner, p.search_text) @> ARRAY['0:nee'] AND p.seq + 0 < 9 LIMIT 9`,
      catalogs.url,
    )
    expect(JSON.stringify(explained)).toContain('photo_search')
  })
})

function makePhotos(count: number, age: string): PhotoRecord[] {
  return Array.from({ length: count }, (_, at) =>
    samplePhoto({
      filename: '-',
      title: `${age} ${at % 3 === 0 ? 'Needle' : 'hay'} ${at % 10} ${at % 50 === 0 ? '!!! 東京タワー' : ''} ${at % 7 === 0 ? common.needle : ''}`,
      tags: at % 2 === 0 ? ['even'] : ['Even', 'odd'],
      owner: ([null, 'alice', 'bob', 'ALICE'] as const)[at % 4] ?? null,
      visibility: at % 5 === 0 ? 'private' : 'public',
    }),
  )
}

/** The ids before a photo, page by page, in the order of the list. */
async function readBack(
  catalog: PhotoCatalog,
  query: Omit<ListQuery, 'limit'>,
  around: string | undefined,
): Promise<string[]> {
  const ids: string[] = []
  let { previousCursor } = await catalog.list({ ...query, limit: 1, around: around as PhotoId })
  while (previousCursor !== undefined) {
    const page = await catalog.list({ ...query, limit: 100, cursor: previousCursor, direction: 'backward' })
    ids.unshift(...page.photos.map(({ id }) => id))
    previousCursor = page.previousCursor
  }
  return ids
}

async function listAll(catalog: PhotoCatalog, query: ListQuery): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await catalog.list({ ...query, cursor })
    ids.push(...page.photos.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return ids
}
