import { TintypeError } from '@tintype/contract'
import { expect, test } from 'vitest'
import { createWaiters } from './waiters.ts'

const reason = new TintypeError('ABORTED', 'left')

test('a caller that leaves gets its reason at once, and the others get the result', async () => {
  const { promise: made, resolve } = Promise.withResolvers<string>()
  const waiters = createWaiters()
  const leaving = new AbortController()
  const left = waiters.wait(made, leaving.signal)
  const stays = waiters.wait(made, new AbortController().signal)
  leaving.abort(reason)
  await expect(left).rejects.toBe(reason)
  expect(waiters.signal.aborted).toBe(false)
  resolve('made')
  expect(await stays).toBe('made')
})

test('the work is abandoned when the last caller has left, also one that had left before it waited', async () => {
  const waiters = createWaiters()
  const made = new Promise<never>(() => {})
  const [one, other] = [new AbortController(), AbortSignal.abort(reason)]
  const first = waiters.wait(made, one.signal)
  await expect(waiters.wait(made, other)).rejects.toBe(reason)
  expect(waiters.signal.aborted).toBe(false)
  one.abort(reason)
  await expect(first).rejects.toBe(reason)
  expect(waiters.signal.reason).toMatchObject({ code: 'ABORTED' })
})

test('a caller that cannot leave keeps the work', async () => {
  const { promise: made, resolve } = Promise.withResolvers<string>()
  const waiters = createWaiters()
  const stays = waiters.wait(made, undefined)
  await expect(waiters.wait(made, AbortSignal.abort(reason))).rejects.toBe(reason)
  expect(waiters.signal.aborted).toBe(false)
  resolve('made')
  expect(await stays).toBe('made')
})
