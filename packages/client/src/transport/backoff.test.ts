import { type ErrorCode, errorTable, isErrorCode, TintypeError } from '@tintype/contract'
import { describe, expect, test, vi } from 'vitest'
import { failureOf } from '../testing/failure-of.ts'
import { accept, openScriptedServer, refuse, type Script, samplePhoto } from '../testing/scripted-server.ts'
import { createUploader } from '../upload/create-uploader.ts'
import { backoffMs, type FailedAttempt, waitToRetry } from './backoff.ts'

const retryable = (code: ErrorCode) => errorTable[code].retryable
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
      samplePhoto,
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
    expect(await createUploader({ ...server, retry: atOnce }).upload(new Blob([bytes]))).toEqual(samplePhoto)
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
    [undefined, 3],
    [1, 1],
    [5, 5],
  ])('up to the number of attempts (%o), then the last failure', async (attempts, count) => {
    await using server = await openScriptedServer(refuse('OVERLOADED'))
    const { upload } = createUploader({ ...server, retry: { ...atOnce, attempts } })
    expect(await failureOf(upload(new Blob(['bytes'])))).toMatchObject({ code: 'OVERLOADED' })
    expect(server.seen).toHaveLength(count)
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

  test('not if the server asks for a longer wait than maxWaitMs', async () => {
    await using server = await openScriptedServer(
      inTurn(refuse('RATE_LIMITED', { 'retry-after': '31' }), accept),
    )
    const error = await failureOf(createUploader(server).upload(new Blob(['bytes'])))
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 31 })
    expect(server.seen).toHaveLength(1)
  })
})

describe('the default wait', () => {
  const waitsAfter = (attempt: number, retryAfterSeconds?: number) =>
    Array.from({ length: 1000 }, () =>
      backoffMs({ attempt, error: new TintypeError('OVERLOADED', '', { retryAfterSeconds }) }),
    )

  test.each([
    [1, 500],
    [2, 1000],
    [3, 2000],
  ])('is anything up to a limit that doubles (attempt %i: %i ms)', (attempt, limit) => {
    const waits = waitsAfter(attempt)
    expect(Math.max(...waits)).toBeLessThan(limit)
    expect(Math.max(...waits)).toBeGreaterThan(limit * 0.8)
    expect(Math.min(...waits)).toBeLessThan(limit * 0.2)
  })

  test('is never less than Retry-After', () => {
    const waits = waitsAfter(1, 5)
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(5000)
    expect(Math.max(...waits)).toBeLessThan(5500)
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
