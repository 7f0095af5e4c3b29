import { type ErrorCode, errorTable, isErrorCode, TintypeError } from '@tintype/contract'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createTintypeClient } from '../create-tintype-client.ts'
import { failureOf } from '../testing/failure-of.ts'
import {
  accept,
  openScriptedServer,
  photoAt,
  refuse,
  type Script,
  samplePhoto,
} from '../testing/scripted-server.ts'
import { createUploader } from '../upload/create-uploader.ts'
import { backoffMs, type FailedAttempt, type PlannedRetry, waitToRetry } from './backoff.ts'

const retryable = (code: ErrorCode) => new TintypeError(code, '').retryable
const codes = Object.keys(errorTable).filter(isErrorCode)
const atOnce = { waitMs: () => 0 }

/** Follows the scripts one request after the other, the last one from then on. */
function inTurn(...scripts: Script[]): Script {
  return (turn) => (scripts[turn.count - 1] ?? scripts.at(-1))?.(turn)
}

const cut: Script = ({ request }) => void request.once('data', () => request.socket.destroy())

describe('another attempt', () => {
  test.each(codes.filter(retryable))('after %s, with the same key and the same bytes', async (code) => {
    await using server = await openScriptedServer(inTurn(refuse(code), refuse(code), accept))
    expect(await createUploader({ ...server, retry: atOnce }).upload(new Blob(['bytes']))).toEqual(
      photoAt(server),
    )
    expect(server.seen).toHaveLength(3)
    expect(new Set(server.seen.map((one) => one.headers['idempotency-key'])).size).toBe(1)
    expect(server.seen[2]?.body).toBe('bytes')
  })

  test('after a connection that was cut while bytes were sent, or while an answer came', async () => {
    const cutAnswer: Script = ({ request, response }) => {
      response.writeHead(201, { 'content-length': '500' }).write('{', () => request.socket.destroy())
    }
    await using server = await openScriptedServer(inTurn(cut, cutAnswer, accept))
    const bytes = 'x'.repeat(300_000)
    expect(await createUploader({ ...server, retry: atOnce }).upload(new Blob([bytes]))).toEqual(
      photoAt(server),
    )
    expect(server.seen).toHaveLength(3)
    expect(server.seen[2]?.body).toBe(bytes)
  })

  test.each(codes.filter((code) => !retryable(code)))('never after %s', async (code) => {
    await using server = await openScriptedServer(inTurn(refuse(code), accept))
    const { upload } = createUploader({ ...server, retry: atOnce })
    expect(await failureOf(upload(new Blob(['bytes'])))).toMatchObject({ code })
    expect(server.seen).toHaveLength(1)
  })

  test('never of a stream, which can be read only once', async () => {
    await using server = await openScriptedServer(inTurn(refuse('OVERLOADED'), accept))
    const { upload } = createUploader({ ...server, retry: atOnce })
    expect(await failureOf(upload(new Blob(['bytes']).stream()))).toMatchObject({ code: 'OVERLOADED' })
    expect(server.seen).toHaveLength(1)
  })

  test.each([
    [undefined, 8],
    [1, 1],
    [0, 1],
    [Number.NaN, 1],
    [5, 5],
  ])('up to the number of attempts (%o), then the last failure', async (attempts, count) => {
    await using server = await openScriptedServer(refuse('OVERLOADED'))
    const { upload } = createUploader({ ...server, retry: { ...atOnce, attempts } })
    expect(await failureOf(upload(new Blob(['bytes'])))).toMatchObject({ code: 'OVERLOADED' })
    expect(server.seen).toHaveLength(count)
  })

  test('as the options of one upload say, if it has some', async () => {
    await using server = await openScriptedServer(refuse('OVERLOADED'))
    const planned: PlannedRetry[] = []
    const retry = { ...atOnce, attempts: 3, onRetry: (one: PlannedRetry) => void planned.push(one) }
    const { upload } = createUploader({ ...server, retry })
    await failureOf(upload(new Blob(['bytes']), { retry: { attempts: 2 } }))
    expect(server.seen).toHaveLength(2)
    expect(planned).toMatchObject([{ attempt: 1, waitMs: 0 }])
  })

  test('waits as long as waitMs says, each time', async () => {
    const failed: FailedAttempt[] = []
    const waitMs = (one: FailedAttempt) => {
      failed.push(one)
      return 0
    }
    const busy = refuse('OVERLOADED', { 'retry-after': '5' })
    await using server = await openScriptedServer(inTurn(busy, refuse('RATE_LIMITED'), accept))
    await createUploader({ ...server, retry: { waitMs } }).upload(new Blob(['bytes']))
    expect(failed).toMatchObject([
      { attempt: 1, error: { code: 'OVERLOADED', retryAfterSeconds: 5 } },
      { attempt: 2, error: { code: 'RATE_LIMITED', retryAfterSeconds: undefined } },
    ])
  })

  test('until a server that restarts is back', async () => {
    await using servers = new AsyncDisposableStack()
    const old = servers.use(await openScriptedServer(cut))
    const planned: PlannedRetry[] = []
    let stopped: Promise<void> | undefined
    const { upload } = createUploader({
      ...old,
      retry: {
        ...atOnce,
        onRetry(one) {
          planned.push(one)
          stopped ??= old[Symbol.asyncDispose]()
        },
      },
      async headers() {
        if (planned.length === 4) {
          await stopped
          servers.use(await openScriptedServer(accept, Number(new URL(old.url).port)))
        }
        return {}
      },
    })
    expect(await upload(new Blob(['bytes']))).toEqual(photoAt(old))
    expect(planned).toMatchObject(
      [1, 2, 3, 4].map((attempt) => ({
        attempt,
        error: { code: 'NETWORK_ERROR' },
        waitMs: 0,
        reason: 'backoff',
      })),
    )
  })

  test('of a query, but not of a mutation', async () => {
    await using server = await openScriptedServer(refuse('OVERLOADED'))
    const { photos } = createTintypeClient({ ...server, retry: { ...atOnce, attempts: 3 } })
    expect(await failureOf(photos.get.query({ id: samplePhoto.id }))).toMatchObject({ code: 'OVERLOADED' })
    expect(server.seen).toHaveLength(3)
    server.seen.length = 0
    expect(await failureOf(photos.delete.mutate({ id: samplePhoto.id }))).toMatchObject({
      code: 'OVERLOADED',
    })
    expect(server.seen).toHaveLength(1)
  })

  test('that waitMs prevents fails with its error as the cause, for uploads, calls and changes', async () => {
    await using server = await openScriptedServer(refuse('OVERLOADED'))
    const cause = new Error('waitMs')
    const waitMs = () => {
      throw cause
    }
    const { upload, photos } = createTintypeClient({ ...server, retry: { waitMs } })
    const followed = new Promise((_resolve, reject) => {
      photos.onChange.subscribe({}, { onChange() {}, onError: reject })
    })
    const failing = [upload(new Blob(['bytes'])), photos.list.query(), followed]
    for (const error of await Promise.all(failing.map((one) => failureOf(one))))
      expect(error).toMatchObject({ code: 'INVALID_REQUEST', source: 'client', cause })
  })

  test('waits for a browser that is offline, and does not count that', async () => {
    const page = new EventTarget()
    const navigator = { onLine: false }
    vi.stubGlobal('navigator', navigator)
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
    try {
      await using server = await openScriptedServer(inTurn(cut, accept))
      const planned: PlannedRetry[] = []
      const onRetry = (one: PlannedRetry) => {
        planned.push(one)
        queueMicrotask(() => {
          navigator.onLine = true
          page.dispatchEvent(new Event('online'))
        })
      }
      const { upload } = createUploader({ ...server, retry: { attempts: 2, onRetry } })
      expect(await upload(new Blob(['bytes']))).toEqual(photoAt(server))
      expect(planned).toMatchObject([{ attempt: 1, waitMs: undefined, reason: 'offline' }])
    } finally {
      vi.unstubAllGlobals()
    }
  })

  test('says when the server chose the wait', async () => {
    await using server = await openScriptedServer(
      inTurn(refuse('OVERLOADED', { 'retry-after': '60' }), accept),
    )
    const planned: PlannedRetry[] = []
    const retry = { ...atOnce, onRetry: (one: PlannedRetry) => void planned.push(one) }
    await createUploader({ ...server, retry }).upload(new Blob(['bytes']))
    expect(planned).toMatchObject([{ attempt: 1, reason: 'retry-after', error: { retryAfterSeconds: 60 } }])
  })

  test('not if the server asks for a longer wait than maxWaitMs', async () => {
    await using server = await openScriptedServer(
      inTurn(refuse('RATE_LIMITED', { 'retry-after': '61' }), accept),
    )
    const error = await failureOf(createUploader(server).upload(new Blob(['bytes'])))
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 61 })
    expect(server.seen).toHaveLength(1)
  })
})

describe('the default wait', () => {
  afterEach(() => vi.restoreAllMocks())
  const busy = (retryAfterSeconds?: number) => new TintypeError('OVERLOADED', 'Busy', { retryAfterSeconds })

  test.each([
    [0, [375, 750, 1500, 3000, 6000, 6000, 6000]],
    [0.5, [500, 1000, 2000, 4000, 8000, 8000, 8000]],
  ])('doubles up to 8 s, times 0.75 to 1.25 (random %d)', (random, expected) => {
    vi.spyOn(Math, 'random').mockReturnValue(random)
    expect(expected.map((_, index) => backoffMs({ attempt: index + 1, error: busy() }))).toEqual(expected)
  })

  test('comes after Retry-After', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    expect(backoffMs({ attempt: 1, error: busy(5) })).toBe(5375)
  })

  test('clears its timer when it is aborted, so that the process can end', async () => {
    vi.useFakeTimers()
    try {
      const controller = new AbortController()
      const failed = { attempt: 1, error: new TintypeError('OVERLOADED', 'Busy') }
      const wait = failureOf(waitToRetry(failed, controller))
      expect(vi.getTimerCount()).toBe(1)
      controller.abort()
      expect(await wait).toMatchObject({ code: 'ABORTED' })
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})
