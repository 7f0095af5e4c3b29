import { assert, integer, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { endOfWindow, longestRestSeconds } from './signing-window.ts'

const weekSeconds = 7 * 86_400
const signings = tuple(
  integer({ min: 0, max: 0xff_ff_ff_ff }),
  integer({ min: 1, max: weekSeconds }),
  integer({ min: 1e9, max: 4e9 }),
)

test('a signed URL lives for its life and at most a quarter more', async () => {
  await assert(
    property(signings, ([hash, lifeSeconds, nowSeconds]) => {
      const restSeconds = endOfWindow(hash, { lifeSeconds, nowSeconds }) - nowSeconds
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
      ([hash, lifeSeconds, nowSeconds], laterSeconds) => {
        const windowSeconds = Math.max(1, Math.floor(lifeSeconds / 4))
        const end = endOfWindow(hash, { lifeSeconds, nowSeconds })
        const startSeconds = end - lifeSeconds - windowSeconds + 1
        expect(startSeconds).toBeLessThanOrEqual(nowSeconds)
        const within = startSeconds + (laterSeconds % windowSeconds)
        expect(endOfWindow(hash, { lifeSeconds, nowSeconds: within })).toBe(end)
        expect(endOfWindow(hash, { lifeSeconds, nowSeconds: startSeconds - 1 })).toBe(end - windowSeconds)
        expect(endOfWindow(hash, { lifeSeconds, nowSeconds: startSeconds + windowSeconds })).toBe(
          end + windowSeconds,
        )
      },
    ),
  )
})
