import { describe, expect, test } from 'vitest'
import type { ChangeChannel } from '../changes/change-feed.ts'
import type { AccessCatalogFixture } from './describe-access.ts'
import { sampleKey } from './sample-key.ts'
import { samplePhoto } from './sample-photo.ts'

/** The contract of `ChangeFeed` in one server: every driver must pass it whole. */
export function describeChangeFeed(name: string, fixture: AccessCatalogFixture): void {
  describe(`ChangeFeed: ${name}`, () => {
    /** A catalog, and the ids that were heard since it was asked last. */
    async function openHeard(channel: ChangeChannel) {
      const opened = await fixture.open()
      const { catalog } = opened
      const heard: string[] = []
      // Without ids: listening has just begun.
      const following = catalog.onChange(channel, (ids) => void heard.push(...(ids ?? [])))
      const take = () => heard.splice(0)
      return { catalog, take, following, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
    }

    test('a photo is announced before the write resolves that deletes, moves, hides or shows it', async () => {
      await using opened = await openHeard('photos')
      const { catalog, take } = opened
      const photo = samplePhoto()
      await catalog.insert(photo)
      await catalog.update(photo.id, { title: 'as visible as before' })
      expect(take()).toStrictEqual([])
      await catalog.update(photo.id, { visibility: 'private' })
      expect(take()).toStrictEqual([photo.id])
      await catalog.move(photo.id, 'alice')
      expect(take()).toStrictEqual([photo.id])
      await catalog.delete(photo.id)
      expect(take()).toStrictEqual([photo.id])
    })

    test('B222 a key that ends is announced, and so is a revoked token; the use of a key is not', async () => {
      await using opened = await openHeard('keys')
      const { catalog, take } = opened
      const [key, next] = [sampleKey(), sampleKey()]
      await catalog.insertKey(key)
      await catalog.changeKey(key.id, { lastUsedAt: '2026-01-03T00:00:00.000Z' })
      expect(take()).toStrictEqual([])
      await catalog.insertKey(next, { replacing: { id: key.id, expiresAt: '2026-01-04T00:00:00.000Z' } })
      expect(take()).toStrictEqual([key.id])
      await catalog.changeKey(next.id, { revokedAt: '2026-01-05T00:00:00.000Z' })
      expect(take()).toStrictEqual([next.id])
      await catalog.revokeToken({ id: 'token', expiresAt: '2026-01-06T00:00:00.000Z' })
      expect(take()).toStrictEqual(['token'])
    })

    test('a handler hears its own channel only, until it is disposed', async () => {
      await using opened = await openHeard('events')
      const { catalog, take, following } = opened
      catalog.announce('photos', 'photo')
      expect(take()).toStrictEqual([])
      catalog.announce('events', 'event')
      expect(take()).toStrictEqual(['event'])
      following[Symbol.dispose]()
      catalog.announce('events', 'event')
      expect(take()).toStrictEqual([])
    })
  })
}
