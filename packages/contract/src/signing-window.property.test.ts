import { assert, integer, property, tuple, uuid } from 'fast-check'
import { expect, test } from 'vitest'
import { endOfWindow, longestRestSeconds } from './signing-window.ts'

const weekSeconds = 7 * 86_400
const signings = tuple(
  uuid({ version: 7 }),
  integer({ min: 1, max: weekSeconds }),
  integer({ min: 1e9, max: 4e9 }),
)

test('a signed URL lives for its life and at most a quarter more', async () => {
  await assert(
    property(signings, ([id, lifeSeconds, nowSeconds]) => {
      const restSeconds = endOfWindow(id, { lifeSeconds, nowSeconds }) - nowSeconds
      expect(restSeconds).toBeGreaterThanOrEqual(lifeSeconds)
      expect(restSeconds).toBeLessThanOrEqual(Math.max(lifeSeconds * 1.25, lifeSeconds + 1))
      expect(restSeconds).toBeLessThanOrEqual(longestRestSeconds(weekSeconds))
    }),
  )
})

test('the same end comes out for a quarter of the life, and then another one', async () => {
  await assert(
    property(
      signings,
      integer({ min: 0, max: weekSeconds }),
      ([id, lifeSeconds, nowSeconds], laterSeconds) => {
        const windowSeconds = Math.max(1, Math.floor(lifeSeconds / 4))
        const end = endOfWindow(id, { lifeSeconds, nowSeconds })
        const startSeconds = end - lifeSeconds - windowSeconds + 1
        expect(startSeconds).toBeLessThanOrEqual(nowSeconds)
        const within = startSeconds + (laterSeconds % windowSeconds)
        expect(endOfWindow(id, { lifeSeconds, nowSeconds: within })).toBe(end)
        expect(endOfWindow(id, { lifeSeconds, nowSeconds: startSeconds - 1 })).toBe(end - windowSeconds)
        expect(endOfWindow(id, { lifeSeconds, nowSeconds: startSeconds + windowSeconds })).toBe(
          end + windowSeconds,
        )
      },
    ),
  )
})
