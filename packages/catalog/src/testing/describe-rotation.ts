import { describe, expect, test } from 'vitest'
import type { SharedAccessCatalog } from './describe-access.ts'
import { sampleKey } from './sample-key.ts'

const [soon, later] = ['2026-05-05T00:00:00.000Z', '2027-01-01T00:00:00.000Z']

/** How keys replace others: a part of the contract of `AccessCatalog`. */
export function describeRotation(shared: SharedAccessCatalog): void {
  describe('rotation', () => {
    test('ends the old key in the same step, and never later than before', async () => {
      const { catalog } = shared
      const key = sampleKey()
      await catalog.insertKey(key)
      const replacing = { id: key.id, expiresAt: soon }
      const twin = sampleKey({ countedAs: key.id })
      expect(await catalog.insertKey(twin, { replacing })).toBe('inserted')
      expect(await catalog.findKey(twin.id)).toStrictEqual(twin)
      expect(await catalog.findKey(key.id)).toStrictEqual({ ...key, expiresAt: soon })
      const again = { replacing: { id: key.id, expiresAt: later } }
      expect(await catalog.insertKey(sampleKey(), again)).toBe('inserted')
      expect(await catalog.findKey(key.id)).toStrictEqual({ ...key, expiresAt: soon })
    })

    test('with an id that is taken leaves the old key as it is', async () => {
      const { catalog } = shared
      const [key, other] = [sampleKey(), sampleKey()]
      await catalog.insertKey(key)
      await catalog.insertKey(other)
      const replacing = { id: key.id, expiresAt: soon }
      expect(await catalog.insertKey({ ...other, name: 'twin' }, { replacing })).toBe('id-taken')
      expect(await catalog.findKey(key.id)).toStrictEqual(key)
      expect(await catalog.findKey(other.id)).toStrictEqual(other)
    })

    test.each([
      { name: 'was revoked', revokedAt: '2026-01-01T00:00:00.000Z' },
      { name: 'ended when its successor was made', expiresAt: sampleKey().createdAt },
      { name: 'is not there', isAbsent: true },
    ])('B222 a key that $name gets no successor', async ({ name, isAbsent = false, ...more }) => {
      const { catalog } = shared
      const { revokedAt } = { revokedAt: undefined, ...more }
      const key = sampleKey({ expiresAt: null, ...more, revokedAt: null, name })
      if (!isAbsent) await catalog.insertKey(key)
      if (revokedAt !== undefined) await catalog.changeKey(key.id, { revokedAt })
      const before = await catalog.findKey(key.id)
      const twin = sampleKey()
      const replacing = { id: key.id, expiresAt: soon }
      expect(await catalog.insertKey(twin, { replacing })).toBe('replaced-has-ended')
      expect(await catalog.findKey(twin.id)).toBeUndefined()
      expect(await catalog.findKey(key.id)).toStrictEqual(before)
    })

    test('B222 of a rotation and a revocation at once, the rotation comes first or makes nothing', async () => {
      const { catalog } = shared
      const revokedAt = '2026-01-01T00:00:00.000Z'
      for (let round = 0; round < 10; round += 1) {
        const [key, twin] = [sampleKey(), sampleKey()]
        await catalog.insertKey(key)
        const rotate = () => catalog.insertKey(twin, { replacing: { id: key.id, expiresAt: later } })
        const revoke = () => catalog.changeKey(key.id, { revokedAt })
        const rivals = round % 2 === 0 ? [rotate, revoke] : [revoke, rotate]
        const outcomes = await Promise.all(rivals.map((rival) => rival()))
        const isInserted = outcomes.includes('inserted')
        expect(await catalog.findKey(twin.id)).toStrictEqual(isInserted ? twin : undefined)
        expect(await catalog.findKey(key.id)).toMatchObject({
          revokedAt,
          expiresAt: isInserted ? later : null,
        })
      }
    })

    test('of rotations at once the earliest end of the old key counts', async () => {
      const { catalog } = shared
      const key = sampleKey()
      await catalog.insertKey(key)
      const ends = Array.from(
        { length: 20 },
        (_, at) => `2026-05-${String(30 - at).padStart(2, '0')}T00:00:00.000Z`,
      )
      const rotations = ends.map((expiresAt) =>
        catalog.insertKey(sampleKey(), { replacing: { id: key.id, expiresAt } }),
      )
      expect(await Promise.all(rotations)).toStrictEqual(Array(20).fill('inserted'))
      expect(await catalog.findKey(key.id)).toStrictEqual({ ...key, expiresAt: ends.at(-1) })
    })
  })
}
