import { readdirSync, readFileSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { sqliteMigrations } from '../../../migrations/sqlite/index.ts'
import { samplePhoto } from '../../../testing/index.ts'
import { runAtOnce } from '../../../turns/turns.ts'
import { openSqliteCatalog } from '../../sqlite.ts'
import { migrate } from '../migrate.ts'
import { prepareReads } from '../read-photos.ts'
import { prepareRenditions } from '../renditions.ts'
import { prepareTagList } from '../tags/list-tags.ts'
import { prepareWrites } from '../write-photos.ts'
import { prepareSlices } from './slices.ts'

test.each([
  { search: 'needle' },
  { search: 'needle', tag: 'odd' },
  { search: 'ne', owner: 'alice' },
  { visibility: 'public' },
  { visibility: 'public', sort: 'taken' },
  { visibility: 'private', tag: 'odd', sort: 'taken' },
] as const)('a list that stops after each photo is the same as one that does not: %j', (query) => {
  using database = openExample()
  const whole = prepareReads(database, { shortSearchReach: 100, slices: prepareSlices(database) })
  const pages = { ...query, limit: 7 }
  const first = runAtOnce(whole.list(pages))
  const second = runAtOnce(whole.list({ ...pages, cursor: first.nextCursor }))
  expect(second.photos).toHaveLength(7)
  const slices = prepareSlices(database, { sliceMs: -1 })
  const sliced = prepareReads(database, { shortSearchReach: 100, slices })
  const pieces = sliced.list(pages)
  expect(pieces.next().done).toBe(false)
  expect(runAtOnce(sliced.list(pages))).toEqual(first)
  expect(runAtOnce(sliced.list({ ...pages, cursor: first.nextCursor }))).toEqual(second)
  const backward = { ...pages, cursor: second.previousCursor, direction: 'backward' } as const
  expect(runAtOnce(sliced.list(backward)).photos).toEqual(first.photos)
  const around = { ...pages, around: second.photos[0]?.id }
  expect(runAtOnce(sliced.list(around)).photos).toEqual(second.photos)
})

test('tags of public photos are found in pieces', () => {
  using database = openExample()
  const listTags = prepareTagList(database, prepareSlices(database, { sliceMs: -1 }))
  const query = { prefix: '', limit: 10, isPublic: true }
  expect(runAtOnce(listTags(query))).toEqual(['all', 'odd'])
  expect(runAtOnce(listTags({ ...query, owner: 'alice' }))).toEqual(['all', 'odd'])
  const pieces = listTags(query)
  expect(pieces.next().done).toBe(false)
})

test.skipIf(process.platform !== 'linux')(
  'S-01 searches have a thread of lower priority than requests (needs /proc)',
  async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-search-'))
    await using catalog = await openSqliteCatalog({ file: join(directory.path, 'catalog.db') })
    await catalog.insert(samplePhoto({ title: 'needle' }))
    const before = new Set(listThreads(getPriority() + 10))
    await catalog.list({ limit: 1, search: 'needle' })
    const lowered = listThreads(getPriority() + 10).filter((thread) => !before.has(thread))
    expect(lowered).toHaveLength(1)
  },
)

test('B310 a search of 199 characters reads few places of texts that repeat themselves', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-search-'))
  await using catalog = await openSqliteCatalog({ file: join(directory.path, 'catalog.db') })
  const repetitive = { title: 'a'.repeat(300), alt: 'a'.repeat(2000), tags: [`${'a'.repeat(60)}b`] }
  await Promise.all(Array.from({ length: 60 }, () => catalog.insert(samplePhoto(repetitive))))
  const wanted = samplePhoto({ ...repetitive, alt: `${'a'.repeat(1900)}b` })
  await catalog.insert(wanted)
  const { photos } = await catalog.list({ limit: 100, search: `${'a'.repeat(198)}b` })
  expect(photos.map(({ id }) => id)).toEqual([wanted.id])
})

test('a query that is given up does not begin, and the catalog closes after it', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-search-'))
  await using catalog = await openSqliteCatalog({ file: join(directory.path, 'catalog.db') })
  const left = new Error('left')
  const leaving = new AbortController()
  const query = { limit: 1, search: 'needle' }
  const abandoned = catalog.list(query, { signal: leaving.signal })
  leaving.abort(left)
  await expect(abandoned).rejects.toBe(left)
  await expect(catalog.list(query, { signal: leaving.signal })).rejects.toBe(left)
  expect(await catalog.list(query)).toEqual({ photos: [] })
})

test('B310 one client may have 33 searches at once; those of others are answered', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-search-'))
  await using catalog = await openSqliteCatalog({ file: join(directory.path, 'catalog.db') })
  await catalog.insert(samplePhoto({ title: 'needle' }))
  const query = { limit: 1, search: 'needle' }
  const many = Array.from({ length: 100 }, () => catalog.list(query, { share: 'many' }))
  const one = await catalog.list(query, { share: 'one' })
  expect(one.photos).toHaveLength(1)
  const outcomes = await Promise.allSettled(many)
  const refused = outcomes.filter(({ status }) => status === 'rejected')
  for (const outcome of refused) expect(outcome).toMatchObject({ reason: { code: 'OVERLOADED' } })
  expect(outcomes.length - refused.length).toBeGreaterThanOrEqual(33)
})

/** Photos of which every second one is private, alice's and tagged `odd`. */
function openExample(): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  migrate(database, { migrations: sqliteMigrations })
  const reads = prepareReads(database, { shortSearchReach: 100, slices: prepareSlices(database) })
  const writes = prepareWrites(database, { reads, renditions: prepareRenditions(database) })
  for (let count = 0; count < 60; count += 1) {
    const isOdd = count % 2 === 1
    writes.insert(
      samplePhoto({
        title: `needle ${count}`,
        tags: isOdd ? ['all', 'odd', 'private'] : ['all', ...(count === 10 ? ['odd'] : [])],
        owner: isOdd || count === 10 ? 'alice' : null,
        visibility: isOdd ? 'private' : 'public',
        takenAt: `2020-01-${String((count % 9) + 10)}T00:00:00`,
      }),
    )
  }
  return database
}

/** Ids of this process's threads that have this priority. @see proc_pid_stat(5), field 19 */
function listThreads(priority: number): string[] {
  return readdirSync('/proc/self/task').filter((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]) === priority
  })
}
