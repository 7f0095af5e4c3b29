import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChangeChannel, ChangeFeed } from '../../../changes/change-feed.ts'
import { samplePhoto } from '../../../testing/sample-photo.ts'
import { hasPostgres } from '../../../testing/start-postgres.ts'
import { openPostgresCatalog } from '../../postgres.ts'
import { startCatalogs, type TestCatalogs } from '../testing/start-catalogs.ts'

let catalogs: TestCatalogs
beforeAll(async () => {
  catalogs = await startCatalogs()
})
afterAll(() => catalogs?.[Symbol.asyncDispose]())

/** What a server hears, as it comes. */
function listenTo(catalog: ChangeFeed, channel: ChangeChannel) {
  const heard: (readonly string[] | undefined)[] = []
  const waiting = new Set<() => void>()
  catalog.onChange(channel, (subjects) => {
    heard.push(subjects)
    for (const check of waiting) check()
  })
  return {
    heard,
    /** Resolves when something has been heard that is wanted; removes it and what came before. */
    until(isWanted: (subjects: readonly string[] | undefined) => boolean): Promise<void> {
      return new Promise((resolve) => {
        const check = () => {
          const at = heard.findIndex(isWanted)
          if (at === -1) return
          heard.splice(0, at + 1)
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      })
    },
  }
}

const anything = (subjects: readonly string[] | undefined) => subjects === undefined
const naming = (id: string) => (subjects: readonly string[] | undefined) => subjects?.includes(id) === true

describe.skipIf(!hasPostgres)('two servers over one PostgreSQL', () => {
  test('one hears what the other has deleted, and may forget everything when it begins to listen', async () => {
    await using one = await catalogs.open()
    await using other = await openPostgresCatalog(one.options)
    const photo = samplePhoto()
    await one.catalog.insert(photo)
    expect(other.isListening?.()).toBe(false)
    const ear = listenTo(other, 'photos')
    await ear.until(anything)
    expect(other.isListening?.()).toBe(true)
    await one.catalog.delete(photo.id)
    await ear.until(naming(photo.id))
  })

  test('once a server has waited for listening, it hears what changes, and nothing else', async () => {
    await using one = await catalogs.open()
    await using other = await openPostgresCatalog(one.options)
    await other.untilListening?.()
    expect(other.isListening?.()).toBe(true)
    const ear = listenTo(other, 'keys')
    await other.untilListening?.()
    one.catalog.announce('keys', 'one')
    await ear.until(naming('one'))
    expect(ear.heard).toStrictEqual([])
  })

  test('waiting for listening ends with a first try that fails, and when the catalog is disposed', async () => {
    await using one = await catalogs.open()
    const noServer = { ...one.options, database: 'absent' }
    await using deaf = await openPostgresCatalog({ ...one.options, listenServer: noServer })
    await deaf.untilListening?.()
    expect(deaf.isListening?.()).toBe(false)
    const closing = await openPostgresCatalog(one.options)
    const waiting = closing.untilListening?.()
    await closing[Symbol.asyncDispose]()
    await waiting
    expect(closing.isListening?.()).toBe(false)
  })

  test('a server hears its own change once, and those of another catalog in the same database never', async () => {
    await using one = await catalogs.open()
    await using stranger = await catalogs.open()
    const [ear, otherEar] = [listenTo(one.catalog, 'photos'), listenTo(stranger.catalog, 'photos')]
    await Promise.all([ear.until(anything), otherEar.until(anything)])
    one.catalog.announce('photos', 'own')
    stranger.catalog.announce('photos', 'of-the-stranger')
    await using third = await openPostgresCatalog(one.options)
    third.announce('photos', 'last')
    await third[Symbol.asyncDispose]() // sends what waits
    await ear.until(naming('own'))
    await ear.until(naming('last'))
    expect(ear.heard).toStrictEqual([])
    expect(otherEar.heard).toStrictEqual([['of-the-stranger']])
  })

  test('a lost connection is made again, and then anything may have changed', async () => {
    await using one = await catalogs.open()
    await using other = await openPostgresCatalog(one.options)
    const ear = listenTo(other, 'events')
    await ear.until(anything)
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN "${one.options.schema}_%'`
    expect(await catalogs.server.query(cut, catalogs.url)).toStrictEqual([{ pg_terminate_backend: true }])
    await ear.until(anything)
    one.catalog.announce('events')
    await ear.until((subjects) => subjects?.length === 0)
  })

  test('a server behind a pooler listens over a connection of its own, or not at all', async () => {
    await using one = await catalogs.open()
    await using deaf = await openPostgresCatalog({ ...one.options, isPooled: true })
    deaf.onChange('photos', () => undefined)
    await deaf.untilListening?.()
    expect(deaf.isListening?.()).toBe(false)
    await using pooled = await openPostgresCatalog({
      ...one.options,
      isPooled: true,
      listenServer: one.options,
    })
    const ear = listenTo(pooled, 'photos')
    await ear.until(anything)
    one.catalog.announce('photos', 'heard')
    await ear.until(naming('heard'))
  })
})
