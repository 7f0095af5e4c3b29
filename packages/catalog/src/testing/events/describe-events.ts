import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type EventRecord, logStart } from '../../events/event-log.ts'
import type { PhotoCatalog } from '../../photo-catalog.ts'
import type { PhotoCatalogFixture } from '../describe-photo-catalog.ts'
import { samplePhoto, samplePhotoId } from '../sample-photo.ts'

const future = '2100-01-01T00:00:00.000Z'

/** The part of the contract about the log of changes. */
export function describeEvents(fixture: PhotoCatalogFixture): void {
  describe('events', () => {
    test('each write records what it changed, and a write that changes nothing records nothing', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      const photo = samplePhoto({
        owner: 'alice',
        visibility: 'private',
        metadata: { order: 7 },
        placeholder: '',
      })
      const { id } = photo
      const before = { owner: 'alice', visibility: 'private' } as const
      await catalog.insert(photo, { idempotency: { owner: '', key: 'key' } })
      await catalog.setPlaceholder(id, 'AAAA')
      const pictured = { ...photo, placeholder: 'AAAA' }
      const shown = await catalog.update(id, { visibility: 'public', tags: ['a'] })
      await catalog.changeTags([id], { add: ['b'], remove: ['a'], maxTags: 9 })
      const moved = await catalog.move(id, 'bob')
      await catalog.delete(id)
      const unknown = samplePhotoId()
      await catalog.insert(photo, { quotas: [{ subject: 'owner:alice', maxPhotos: 0 }] })
      await catalog.setPlaceholder(unknown, 'AAAA')
      await catalog.update(unknown, { title: 'x' })
      await catalog.changeTags([unknown], { add: ['b'], remove: [], maxTags: 9 })
      await catalog.move(unknown, 'bob')
      await catalog.delete(unknown)

      const events = await readAll(catalog)
      expect(events.map(({ type, photo: after, previous }) => ({ type, after, previous }))).toStrictEqual([
        { type: 'photo.created', after: photo, previous: null },
        { type: 'photo.updated', after: pictured, previous: before },
        { type: 'photo.updated', after: shown, previous: before },
        {
          type: 'photo.updated',
          after: { ...shown, tags: ['b'] },
          previous: { ...before, visibility: 'public' },
        },
        { type: 'photo.updated', after: moved, previous: { ...before, visibility: 'public' } },
        { type: 'photo.deleted', after: null, previous: { owner: 'bob', visibility: 'public' } },
      ])
      for (const event of events) {
        expect(event.photoId).toBe(id)
        expect(new Date(event.at).toISOString()).toBe(event.at)
      }
      expect(new Set(events.map((event) => event.id)).size).toBe(6)
    })

    test('a reader goes on where it was, and knows the newest event', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      expect(await catalog.findNewestEvent()).toBe(logStart)
      expect(await catalog.listEvents({ after: logStart, limit: 5 })).toStrictEqual([])
      for (let at = 0; at < 5; at += 1) await catalog.insert(samplePhoto())
      const all = await readAll(catalog)
      expect(all).toHaveLength(5)
      const third = all[2]?.id ?? ''
      expect(await catalog.listEvents({ after: logStart, limit: 2 })).toStrictEqual(all.slice(0, 2))
      expect(await catalog.listEvents({ after: third, limit: 9 })).toStrictEqual(all.slice(3))
      expect(await catalog.findNewestEvent()).toBe(all[4]?.id)
      expect(await catalog.listEvents({ after: all[4]?.id ?? '', limit: 9 })).toStrictEqual([])
      for (const after of ['', 'x', samplePhotoId(), "' OR 1=1 --", '😀', '0'])
        expect(await catalog.listEvents({ after, limit: 9 })).toBeUndefined()
    })

    test('old events are forgotten, the newest never, and their readers are told so', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      await catalog.forgetEvents(future)
      for (let at = 0; at < 3; at += 1) await catalog.insert(samplePhoto())
      const all = await readAll(catalog)
      await catalog.forgetEvents('2000-01-01T00:00:00.000Z')
      expect(await readAll(catalog)).toStrictEqual(all)
      await catalog.forgetEvents(future)
      for (const after of [logStart, all[0]?.id ?? '', all[1]?.id ?? ''])
        expect(await catalog.listEvents({ after, limit: 9 })).toBeUndefined()
      expect(await catalog.listEvents({ after: all[2]?.id ?? '', limit: 9 })).toStrictEqual([])
      expect(await catalog.findNewestEvent()).toBe(all[2]?.id)
    })

    test('a reader beside thirty writers misses nothing, and reads nothing twice', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      const photos = Array.from({ length: 30 }, () => samplePhoto())
      let isWriting = true
      const writing = Promise.all(
        photos.map(async (photo) => {
          await catalog.insert(photo)
          await catalog.update(photo.id, { title: 'new' })
        }),
      ).finally(() => {
        isWriting = false
      })
      const seen: EventRecord[] = []
      for (let after: string = logStart, isLast = false; !isLast; after = seen.at(-1)?.id ?? logStart) {
        isLast = !isWriting
        for (let page = await list(catalog, after); page.length > 0; page = await list(catalog, after)) {
          seen.push(...page)
          after = seen.at(-1)?.id ?? ''
        }
        await nextTurn()
      }
      await writing
      const expected = photos.flatMap(({ id }) => [`${id} photo.created`, `${id} photo.updated`])
      expect(seen.map(({ photoId, type }) => `${photoId} ${type}`).sort()).toStrictEqual(expected.sort())
    })

    test('readers are woken after each write', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      let calls = 0
      using _waking = catalog.onChange('events', () => {
        calls += 1
      })
      const photo = samplePhoto()
      await catalog.insert(photo)
      expect(calls).toBeGreaterThanOrEqual(1)
      await catalog.changeTags([photo.id], { add: ['b'], remove: [], maxTags: 9 })
      await catalog.delete(photo.id)
      expect(calls).toBeGreaterThanOrEqual(3)
    })
  })
}

async function list(catalog: PhotoCatalog, after: string, limit = 7): Promise<readonly EventRecord[]> {
  const events = await catalog.listEvents({ after, limit })
  if (events === undefined) throw new Error(`there is no event ${after}`)
  return events
}

const readAll = (catalog: PhotoCatalog) => list(catalog, logStart, 1000)
