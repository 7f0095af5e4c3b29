import { type ChangeHandler, type EventLog, logStart } from '@tintype/catalog'
import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import { samplePhoto } from '@tintype/catalog/testing'
import { type Caller, openCaller, type PhotoScope } from '@tintype/contract'
import { expect, test } from 'vitest'
import { createPresenter } from '../present-photo.ts'
import { createChangeStreams, type StreamedChange } from './change-streams.ts'

const callerOf = (scope: PhotoScope, facts: Partial<Caller> = {}): Caller => ({
  ...openCaller,
  ...facts,
  scope,
})
const everyone = callerOf({ includesPrivate: true })
const ended = { name: 'AbortError' }

/** Streams of an empty catalog in memory. */
async function setUp() {
  const catalog = await openMemoryCatalog()
  const lines: object[] = []
  const write = (facts: object) => void lines.push(facts)
  const streams = createChangeStreams({
    catalog,
    present: createPresenter({}).photo,
    log: { info: write, warn: write, error: write },
    now: Date.now,
  })
  return { catalog, streams, lines, [Symbol.asyncDispose]: () => catalog[Symbol.asyncDispose]() }
}

/** Reads a stream step by step. */
function follow(stream: AsyncIterable<StreamedChange>) {
  const steps = stream[Symbol.asyncIterator]()
  return async (count = 1): Promise<unknown[]> => {
    const changes: unknown[] = []
    while (changes.length < count) {
      const { value, done } = await steps.next()
      if (done) throw new Error('the stream returned')
      const { change } = value as StreamedChange
      const id = 'photo' in change ? change.photo.id : 'id' in change ? change.id : ''
      changes.push(id === '' ? change.type : `${change.type} ${id}`)
    }
    return changes
  }
}

test('B226 a photo that moves or becomes private is deleted for those who may no longer see it', async () => {
  await using one = await setUp()
  const { catalog, streams } = one
  const alice = follow(streams.open({ caller: callerOf({ owner: 'alice', includesPrivate: true }) }))
  const bob = follow(streams.open({ caller: callerOf({ owner: 'bob', includesPrivate: true }) }))
  const reader = follow(streams.open({ caller: callerOf({ includesPrivate: false }) }))
  const admin = follow(streams.open({ caller: everyone }))
  for (const next of [alice, bob, reader, admin]) expect(await next()).toEqual(['ready'])

  const { id } = await insert('alice')
  await catalog.update(id, { visibility: 'private' })
  await catalog.update(id, { title: 'secret' })
  await catalog.move(id, 'bob')
  await catalog.update(id, { visibility: 'public' })
  await catalog.delete(id)
  expect(await alice(4)).toEqual(
    ['created', 'updated', 'updated', 'deleted'].map((type) => `photo.${type} ${id}`),
  )
  expect(await bob(3)).toEqual(['created', 'updated', 'deleted'].map((type) => `photo.${type} ${id}`))
  expect(await reader(4)).toEqual(
    ['created', 'deleted', 'created', 'deleted'].map((type) => `photo.${type} ${id}`),
  )
  expect(await admin(6)).toEqual(
    ['created', 'updated', 'updated', 'updated', 'updated', 'deleted'].map((type) => `photo.${type} ${id}`),
  )

  async function insert(owner: string) {
    const photo = samplePhoto({ owner })
    await catalog.insert(photo)
    return photo
  }
})

test('B226 a deletion names the owner that the photo had, never the new one', async () => {
  await using one = await setUp()
  const stream = one.streams.open({
    caller: callerOf({ owner: 'alice', includesPrivate: true }),
    types: ['photo.deleted'],
  })
  const steps = stream[Symbol.asyncIterator]()
  await steps.next()
  const photo = samplePhoto({ owner: 'alice' })
  await one.catalog.insert(photo)
  await one.catalog.move(photo.id, 'bob')
  const { value } = await steps.next()
  expect(value).toEqual({
    id: expect.any(String),
    change: { type: 'photo.deleted', id: photo.id, owner: 'alice' },
  })
})

test('a stream goes on after the last event that its caller knows, and is reset if that is unknown', async () => {
  await using one = await setUp()
  const { catalog, streams } = one
  const photos = [samplePhoto(), samplePhoto(), samplePhoto()] as const
  for (const photo of photos) await catalog.insert(photo)
  const events = (await catalog.listEvents({ after: logStart, limit: 9 })) ?? []
  const first = follow(streams.open({ caller: everyone, lastEventId: events[0]?.id }))
  expect(await first(3)).toEqual(['ready', `photo.created ${photos[1].id}`, `photo.created ${photos[2].id}`])
  const all = follow(streams.open({ caller: everyone, lastEventId: logStart }))
  expect((await all(4))[3]).toBe(`photo.created ${photos[2].id}`)
  const unknown = follow(streams.open({ caller: everyone, lastEventId: 'unknown' }))
  expect(await unknown()).toEqual(['reset'])
  const none = follow(streams.open({ caller: everyone, lastEventId: events[2]?.id }))
  expect(await none()).toEqual(['ready'])

  const last = samplePhoto()
  await catalog.insert(last)
  for (const next of [first, all, unknown, none]) expect(await next()).toEqual([`photo.created ${last.id}`])
  await catalog.forgetEvents('2100-01-01T00:00:00.000Z')
  expect(await follow(streams.open({ caller: everyone, lastEventId: events[0]?.id }))()).toEqual(['reset'])
})

test('a quiet stream can be resumed by the id of its first event', async () => {
  await using one = await setUp()
  const { catalog, streams } = one
  const { value } = await streams.open({ caller: everyone })[Symbol.asyncIterator]().next()
  const photo = samplePhoto()
  await catalog.insert(photo)
  const resumed = follow(streams.open({ caller: everyone, lastEventId: (value as StreamedChange).id }))
  expect(await resumed(2)).toEqual(['ready', `photo.created ${photo.id}`])
})

test.each([
  ['256 events', 300, {}],
  ['1 MiB', 100, { title: 'x'.repeat(20_000) }],
])('a reader that lets more than %s wait is refused, and the others go on', async (_what, count, facts) => {
  await using one = await setUp()
  const { catalog, streams } = one
  const slow = follow(streams.open({ caller: everyone }))
  const quick = follow(streams.open({ caller: everyone }))
  await slow()
  await quick()
  for (let at = 0; at < count; at += 1) {
    await catalog.insert(samplePhoto(facts))
    await quick()
  }
  await expect(slow()).rejects.toMatchObject({ code: 'OVERLOADED' })
})

test('ends when its caller leaves, its key is revoked, and when the server stops', async () => {
  await using one = await setUp()
  const { catalog, streams } = one
  const leaving = new AbortController()
  const open = (id: string, signal?: AbortSignal) =>
    follow(streams.open({ caller: callerOf({ includesPrivate: true }, { id }), signal }))
  const [left, revoked, kept] = [open('open', leaving.signal), open('key:one'), open('key:two')]
  for (const next of [left, revoked, kept]) await next()
  leaving.abort()
  await expect(left()).rejects.toMatchObject(ended)
  catalog.announce('keys', 'one')
  await expect(revoked()).rejects.toMatchObject(ended)
  const waiting = kept()
  streams.close()
  await expect(waiting).rejects.toMatchObject(ended)
  await expect(open('key:two')()).rejects.toMatchObject(ended)
})

test('B222 a key that is revoked before its stream listens ends it', async () => {
  await using one = await setUp()
  const { catalog, streams } = one
  const keys = new Set(['key:one', 'key:two', 'key:three'])
  const open = (id: string, isStillValid = async () => keys.has(id)) =>
    follow(streams.open({ caller: callerOf({ includesPrivate: true }, { id }), isStillValid }))
  const [revoked, kept] = [open('key:one'), open('key:two')]
  keys.delete('key:one')
  catalog.announce('keys', 'one') // no stream listens yet
  await expect(revoked()).rejects.toMatchObject(ended)
  expect(await kept()).toEqual(['ready'])
  const during = open('key:three', async () => {
    catalog.announce('keys', 'three') // the row was read before it was changed
    return true
  })
  await during()
  await expect(during()).rejects.toMatchObject(ended)
})

test('waits until other servers are heard, and goes on when that begins', async () => {
  await using one = await setUp()
  const { catalog } = one
  const listening = Promise.withResolvers<void>()
  const handlers: ChangeHandler[] = []
  const streams = createChangeStreams({
    catalog: {
      ...catalog,
      untilListening: () => listening.promise,
      onChange(channel, handler) {
        handlers.push(handler)
        return catalog.onChange(channel, handler)
      },
    },
    present: createPresenter({}).photo,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now: Date.now,
  })
  const next = follow(streams.open({ caller: everyone }))
  const first = next()
  const isStillValid = async () => false
  const revoked = follow(streams.open({ caller: everyone, isStillValid }))()
  const photo = samplePhoto()
  await catalog.insert(photo) // before the answer, so not part of the stream
  for (const handle of handlers) handle(undefined) // as when listening begins
  listening.resolve()
  expect(await first).toEqual(['ready'])
  await expect(revoked).rejects.toMatchObject(ended)
  await catalog.delete(photo.id)
  expect(await next()).toEqual([`photo.deleted ${photo.id}`])
})

test('ends with its credential', async () => {
  await using one = await setUp()
  const caller = callerOf({ includesPrivate: true }, { expiresAtMs: Date.now() + 1 })
  const next = follow(one.streams.open({ caller }))
  await next()
  await expect(next()).rejects.toMatchObject(ended)
})

test('the 1001st stream is refused', async () => {
  await using one = await setUp()
  const readers = Array.from({ length: 1000 }, () => follow(one.streams.open({ caller: everyone })))
  await Promise.all(readers.map((next) => next()))
  expect(() => one.streams.open({ caller: everyone })).toThrow(
    expect.objectContaining({ code: 'OVERLOADED', retryAfterSeconds: 30 }),
  )
  one.streams.close()
  for (const next of readers) await expect(next()).rejects.toMatchObject(ended)
})

test('a log that cannot be read for a while is read later', async () => {
  await using one = await setUp()
  const { catalog, lines } = one
  let isDown = false
  const failing: EventLog['listEvents'] = (query) =>
    isDown ? Promise.reject(new Error('down')) : catalog.listEvents(query)
  const streams = createChangeStreams({
    catalog: { ...catalog, listEvents: failing },
    present: createPresenter({}).photo,
    log: { info: () => {}, warn: (facts) => void lines.push(facts), error: () => {} },
    now: Date.now,
  })
  const next = follow(streams.open({ caller: everyone }))
  await next()
  isDown = true
  const photos = [samplePhoto(), samplePhoto()] as const
  await catalog.insert(photos[0])
  await expect.poll(() => lines).toMatchObject([{ event: 'changes' }])
  isDown = false
  await catalog.insert(photos[1])
  expect(await next(2)).toEqual(photos.map(({ id }) => `photo.created ${id}`))
})
