import { expect, test, vi } from 'vitest'
import { createGate } from '../work-queue.ts'
import type { Decoder } from './decoder.ts'
import { createDecoderStock } from './idle-decoders.ts'

/** A stock of decoders whose processes go only when they are told to. */
function openStock() {
  const going: (() => void)[] = []
  let lastPid = 0
  const start = (onGone: () => void): Decoder => {
    lastPid += 1
    const gone = Promise.withResolvers<void>()
    const end = () => {
      going.push(() => {
        onGone()
        gone.resolve()
      })
      return gone.promise
    }
    return { pid: lastPid, ask: () => Promise.reject(new Error('it cannot')), end }
  }
  return { stock: createDecoderStock({ size: 2, idleTimeoutMs: 1000, start }), going }
}

test('a decoder is at work from when it is taken until it is given back', () => {
  const { stock } = openStock()
  const decoder = stock.take()
  expect(stock.isAtWork(1)).toBe(true)
  stock.giveBack(decoder)
  expect(stock.isAtWork(1)).toBe(false)
  expect(stock.take(1)).toBe(decoder)
  expect(stock.isAtWork(1)).toBe(true)
})

test('a preview that is asked for while its idle decoder ends does not wait for a task that nobody has', async () => {
  vi.useFakeTimers()
  const { stock, going } = openStock()
  stock.giveBack(stock.take())
  vi.advanceTimersByTime(1000)
  vi.useRealTimers()
  expect(going).toHaveLength(1)
  expect(stock.pids()).toEqual([1])
  expect(stock.isAtWork(1)).toBe(false)
  const gate = createGate({ concurrency: 1, queueLength: 1 })
  const turn = gate.run(async () => stock.take(1).pid, { isReady: () => !stock.isAtWork(1) })
  expect(gate.load()).toEqual({ active: 1, queued: 0 })
  expect(await turn).toBe(2)
  going[0]?.()
  expect(stock.pids()).toEqual([2])
})
