import { afterEach, describe, expect, test, vi } from 'vitest'
import { accept, openScriptedServer, refuse } from '../testing/scripted-server.ts'
import { named, statesOf, until } from '../testing/upload-snapshots.ts'
import { createUploader } from '../upload/create-uploader.ts'
import { createUploadQueue } from './create-upload-queue.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a server that is away', () => {
  test('makes all files wait, is tried by one of them, and gets all when it is back', async () => {
    let isAway = true
    await using server = await openScriptedServer(async (turn) => {
      await turn.whole
      await (isAway ? refuse('OVERLOADED') : accept)(turn)
    })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const queue = createUploadQueue(createUploader(server))
    queue.add(named('a', 'b', 'c', 'd', 'e'))
    const waiting = await until(queue, (one) => statesOf(one) === 'waiting waiting waiting queued queued')
    expect(waiting).toMatchObject({
      status: 'waiting',
      items: [{ error: { code: 'OVERLOADED' } }, {}, {}, {}, {}],
    })
    expect(server.seen).toHaveLength(3)
    for (const [index, waitMs] of [1000, 2000, 4000, 8000].entries()) {
      vi.advanceTimersByTime(waitMs * 0.75 - 1)
      expect(server.seen).toHaveLength(3 + index)
      vi.advanceTimersByTime(waitMs / 2 + 1)
      await vi.waitUntil(() => server.seen.length === 4 + index)
      await until(
        queue,
        ({ items }) => !items.some(({ state }) => /preparing|sending|processing/.test(state)),
      )
    }
    isAway = false
    vi.advanceTimersByTime(10_000)
    const { totals, status } = await queue.settled()
    expect({ stored: totals.stored, status }).toEqual({ stored: 5, status: 'idle' })
    const keys = new Set(server.seen.map((one) => one.headers['idempotency-key']))
    expect(keys.size).toBe(5)
  })

  test('for too long fails them, and they can be retried', async () => {
    let isAway = true
    await using server = await openScriptedServer((turn) => (isAway ? refuse('OVERLOADED') : accept)(turn))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const queue = createUploadQueue(createUploader(server), { concurrency: 1, giveUpAfterMs: 1200 })
    queue.add(named('a', 'b'))
    await until(queue, (one) => statesOf(one) === 'waiting queued')
    vi.advanceTimersByTime(1250)
    expect(statesOf(await queue.settled())).toBe('failed failed')
    expect(server.seen).toHaveLength(2)
    isAway = false
    queue.retry()
    expect(statesOf(await queue.settled())).toBe('stored stored')
  })

  test('longer than Retry-After may last fails them at once', async () => {
    await using server = await openScriptedServer(refuse('RATE_LIMITED', { 'retry-after': '3600' }))
    const queue = createUploadQueue(createUploader(server))
    queue.add(named('a', 'b'))
    expect(statesOf(await queue.settled())).toBe('failed failed')
  })

  test('goes on as soon as the browser is online again, however long that lasts', async () => {
    const page = new EventTarget()
    const navigator = { onLine: false }
    vi.stubGlobal('navigator', navigator)
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
    await using server = await openScriptedServer((turn) => {
      if (navigator.onLine) return accept(turn)
      turn.request.socket.destroy()
    })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const queue = createUploadQueue(createUploader(server), { giveUpAfterMs: 1000 })
    queue.add(named('a', 'b'))
    await until(queue, (one) => statesOf(one) === 'waiting waiting')
    vi.advanceTimersByTime(86_400_000)
    expect(statesOf(queue.getSnapshot())).toBe('waiting waiting')
    navigator.onLine = true
    page.dispatchEvent(new Event('online'))
    expect(statesOf(await queue.settled())).toBe('stored stored')
  })
})
