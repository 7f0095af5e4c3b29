import { describe, expect, test } from 'vitest'
import { type AccessCatalog, ownerSubject } from '../access-catalog.ts'
import type { PhotoCatalog } from '../photo-catalog.ts'
import { describeAudit } from './describe-audit.ts'
import { describeRotation } from './describe-rotation.ts'
import { sampleKey } from './sample-key.ts'
import { samplePhoto, samplePhotoId } from './sample-photo.ts'
import { shareCatalog } from './share-catalog.ts'

/** How the suite gets a catalog. */
export interface AccessCatalogFixture {
  /** An empty catalog of its own for each call; disposing of it disposes of the catalog and all it left. */
  open(): Promise<{ readonly catalog: PhotoCatalog & AccessCatalog } & AsyncDisposable>
}

/** The catalog of all tests of the suite. Keys of earlier tests are still in it: no catalog deletes keys. */
export interface SharedAccessCatalog {
  readonly catalog: PhotoCatalog & AccessCatalog
}

/**
 * The contract of `AccessCatalog`: every driver must pass it whole.
 *
 * @param name the driver, as tests are to be listed
 */
export function describeAccessCatalog(name: string, fixture: AccessCatalogFixture): void {
  describe(`AccessCatalog: ${name}`, () => {
    const shared = shareCatalog(fixture, forgetAll)
    describeKeys(shared, fixture)
    describeRotation(shared)
    describeGrants(shared)
    describeUsage(shared)
    describeAudit(shared)
  })
}

const forgetAll = (catalog: AccessCatalog) =>
  catalog.forgetAccess({ auditBefore: '9999', expiredBefore: '9999' })

function describeKeys(shared: SharedAccessCatalog, fixture: AccessCatalogFixture): void {
  describe('keys', () => {
    test('are found as they were recorded, newest first, and absent ones are not found', async () => {
      await using opened = await fixture.open()
      const { catalog } = opened
      const older = sampleKey({ createdAt: '2026-01-01T00:00:00.000Z', owner: 'alice' })
      const newer = sampleKey({
        createdAt: '2026-01-02T00:00:00.000Z',
        limits: { maxPhotos: 3, maxBytes: 9 },
      })
      expect(await catalog.insertKey(older)).toBe('inserted')
      expect(await catalog.insertKey(newer)).toBe('inserted')
      expect(await catalog.findKey(older.id)).toStrictEqual(older)
      expect(await catalog.listKeys()).toStrictEqual([newer, older])
      expect(await catalog.findKey('000000000000')).toBeUndefined()
    })

    test('one of fifty at once with the same id is recorded', async () => {
      const { catalog } = shared
      const rivals = Array.from({ length: 50 }, (_, index) =>
        sampleKey({ id: 'sameid000000', name: `${index}` }),
      )
      const outcomes = await Promise.all(rivals.map((key) => catalog.insertKey(key)))
      expect(outcomes.toSorted()).toStrictEqual([...Array(49).fill('id-taken'), 'inserted'])
      expect(await catalog.findKey('sameid000000')).toStrictEqual(rivals[outcomes.indexOf('inserted')])
    })

    test('change in what is given only, and answer with what they are then', async () => {
      const { catalog } = shared
      const key = sampleKey()
      await catalog.insertKey(key)
      const revokedAt = '2026-05-05T00:00:00.000Z'
      expect(await catalog.changeKey(key.id, { revokedAt })).toStrictEqual({ ...key, revokedAt })
      const lastUsedAt = '2026-05-06T00:00:00.000Z'
      expect(await catalog.changeKey(key.id, { lastUsedAt })).toStrictEqual({ ...key, revokedAt, lastUsedAt })
      expect(await catalog.changeKey('000000000000', { revokedAt })).toBeUndefined()
    })
  })
}

function describeGrants(shared: SharedAccessCatalog): void {
  const expiresAt = '2026-06-01T00:00:00.000Z'

  describe('grants', () => {
    test.each([1, 3])('B220 of fifty racing uploads a grant of %i uses inserts that many', async (uses) => {
      const { catalog } = shared
      const photos = Array.from({ length: 50 }, () => samplePhoto())
      const grant = { id: 'grant', uses, expiresAt }
      const outcomes = await Promise.all(photos.map((photo) => catalog.insert(photo, { grant })))
      expect(outcomes.filter(({ status }) => status === 'inserted')).toHaveLength(uses)
      expect(outcomes.filter(({ status }) => status === 'grant-used-up')).toHaveLength(50 - uses)
      expect(await catalog.count()).toBe(uses)
      for (const [at, { status }] of outcomes.entries())
        expect((await catalog.get(photos[at]?.id ?? samplePhotoId())) !== undefined).toBe(
          status === 'inserted',
        )
    })

    test('a repeated upload uses none: it is answered with its photo', async () => {
      const { catalog } = shared
      const photo = samplePhoto()
      const options = { idempotency: { owner: 'a', key: 'k' }, grant: { id: 'grant', uses: 2, expiresAt } }
      await catalog.insert(photo, options)
      expect(await catalog.insert(samplePhoto(), options)).toStrictEqual({ status: 'key-taken', photo })
      const other = { ...options, idempotency: { owner: 'a', key: 'other' } }
      expect(await catalog.insert(samplePhoto(), other)).toStrictEqual({ status: 'inserted' })
      const third = { ...options, idempotency: { owner: 'a', key: 'third' } }
      expect(await catalog.insert(samplePhoto(), third)).toStrictEqual({ status: 'grant-used-up' })
    })

    test('an insert that is refused uses none', async () => {
      const { catalog } = shared
      const photo = samplePhoto()
      await catalog.insert(photo)
      const grant = { id: 'grant', uses: 1, expiresAt }
      expect(await catalog.insert(photo, { grant })).toStrictEqual({ status: 'id-taken' })
      expect(await catalog.insert(samplePhoto(), { grant })).toStrictEqual({ status: 'inserted' })
    })

    test('a revoked one makes no photo, whether it was used or not', async () => {
      const { catalog } = shared
      expect(await catalog.isTokenRevoked('unused')).toBe(false)
      await catalog.insert(samplePhoto(), { grant: { id: 'used', uses: 2, expiresAt } })
      for (const id of ['unused', 'used']) {
        await catalog.revokeToken({ id, expiresAt })
        expect(await catalog.isTokenRevoked(id)).toBe(true)
        const outcome = await catalog.insert(samplePhoto(), { grant: { id, uses: 2, expiresAt } })
        expect(outcome).toStrictEqual({ status: 'grant-used-up' })
      }
      await catalog.forgetAccess({ auditBefore: '', expiredBefore: '2026-06-01T00:00:00.001Z' })
      expect(await catalog.isTokenRevoked('used')).toBe(false)
    })
  })
}

function describeUsage(shared: SharedAccessCatalog): void {
  const subject = ownerSubject('alice')

  describe('usage', () => {
    test('counts photos and bytes of owners and credentials, as they come, move and go', async () => {
      const { catalog } = shared
      const photo = samplePhoto({ owner: 'alice', uploadedBy: 'key:1', byteSize: 100 })
      await catalog.insert(photo)
      await catalog.insert(samplePhoto({ owner: 'alice', byteSize: 11 }))
      await catalog.insert(samplePhoto({ owner: null, byteSize: 5000 }))
      expect(await catalog.findUsage(subject)).toStrictEqual({ photos: 2, bytes: 111 })
      expect(await catalog.findUsage('key:1')).toStrictEqual({ photos: 1, bytes: 100 })
      expect(await catalog.move(photo.id, 'bob')).toStrictEqual({ ...photo, owner: 'bob' })
      expect(await catalog.findUsage(subject)).toStrictEqual({ photos: 1, bytes: 11 })
      expect(await catalog.findUsage(ownerSubject('bob'))).toStrictEqual({ photos: 1, bytes: 100 })
      await catalog.delete(photo.id)
      expect(await catalog.findUsage(ownerSubject('bob'))).toStrictEqual({ photos: 0, bytes: 0 })
      expect(await catalog.findUsage('key:1')).toStrictEqual({ photos: 0, bytes: 0 })
      expect(await catalog.move(samplePhotoId(), 'bob')).toBeUndefined()
    })

    test('B226 a moved photo is not found by the idempotency key of its first owner', async () => {
      const { catalog } = shared
      const photo = samplePhoto({ owner: 'alice' })
      const idempotency = { owner: 'owner:alice', key: samplePhotoId() }
      await catalog.insert(photo, { idempotency })
      await catalog.move(photo.id, 'carol')
      expect(await catalog.getByIdempotencyKey(idempotency)).toBeUndefined()
      expect(await catalog.insert(samplePhoto(), { idempotency })).toStrictEqual({ status: 'inserted' })
    })

    test('of fifty racers on the last free byte one is inserted', async () => {
      const { catalog } = shared
      const quotas = [{ subject, maxBytes: 1000 }]
      await catalog.insert(samplePhoto({ owner: 'alice', byteSize: 900 }), { quotas })
      const rivals = Array.from({ length: 50 }, () => samplePhoto({ owner: 'alice', byteSize: 100 }))
      const outcomes = await Promise.all(rivals.map((photo) => catalog.insert(photo, { quotas })))
      expect(outcomes.filter(({ status }) => status === 'inserted')).toHaveLength(1)
      const excess = { subject, unit: 'bytes', limit: 1000, used: 1000 }
      const refused = outcomes.filter(({ status }) => status !== 'inserted')
      expect(refused).toStrictEqual(Array(49).fill({ status: 'quota-exceeded', excess }))
      expect(await catalog.findUsage(subject)).toStrictEqual({ photos: 2, bytes: 1000 })
    })

    test('a stored limit wins over a given one, and holds where none is given', async () => {
      const { catalog } = shared
      const subject = ownerSubject('limited')
      const mine = () => samplePhoto({ owner: 'limited', byteSize: 10 })
      await catalog.setQuota({ subject, maxPhotos: 1 })
      const given = { quotas: [{ subject, maxPhotos: 100 }] }
      expect(await catalog.insert(mine(), given)).toStrictEqual({ status: 'inserted' })
      const excess = { subject, unit: 'photos', limit: 1, used: 1 }
      for (const options of [given, {}])
        expect(await catalog.insert(mine(), options)).toStrictEqual({ status: 'quota-exceeded', excess })
      expect(await catalog.findUsage(subject)).toStrictEqual({ photos: 1, bytes: 10, maxPhotos: 1 })
      await catalog.setQuota({ subject })
      expect(await catalog.insert(mine(), given)).toStrictEqual({ status: 'inserted' })
    })

    test('limits of a credential count what it uploaded, for any owner', async () => {
      const { catalog } = shared
      const quotas = [{ subject: 'key:1', maxPhotos: 1 }]
      const by = (owner: string) => samplePhoto({ owner, uploadedBy: 'key:1' })
      expect(await catalog.insert(by('alice'), { quotas })).toStrictEqual({ status: 'inserted' })
      expect(await catalog.insert(by('bob'), { quotas })).toMatchObject({ status: 'quota-exceeded' })
    })
  })
}
