import { PassThrough } from 'node:stream'
import type { TintypeError } from '@tintype/contract'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { watchUpload } from './upload-deadline.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Watches a body that is read as fast as it arrives. */
function watch(uploadIdleTimeoutMs = 15_000) {
  const body = new PassThrough({ highWaterMark: 1024 * 1024 })
  const errors: TintypeError[] = []
  const pace = {
    uploadIdleTimeoutMs,
    minUploadBytesPerSecond: 1024,
    slowUploadGraceMs: 30_000,
    maxUploadDurationMs: 3_600_000,
  }
  const watching = watchUpload(body, { pace, onTimeout: (error) => errors.push(error) })
  body.resume()
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return {
    errors,
    body,
    async send(byteSize: number) {
      body.write(Buffer.alloc(byteSize))
      await settle()
    },
    async end() {
      body.end()
      await settle()
    },
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  }
}

describe('B067 an upload', () => {
  test('that stops gets one timeout', async () => {
    using upload = watch()
    await upload.send(10)
    vi.advanceTimersByTime(15_000)
    expect(upload.errors).toEqual([])
    vi.advanceTimersByTime(60_000)
    expect(upload.errors).toMatchObject([{ code: 'UPLOAD_TIMEOUT', facts: { received: 10 } }])
  })

  test('that is slow but keeps sending may take twenty minutes', async () => {
    using upload = watch()
    for (let second = 0; second < 20 * 60; second += 10) {
      await upload.send(10 * 1024)
      vi.advanceTimersByTime(10_000)
    }
    expect(upload.errors).toEqual([])
  })

  test('below the lowest rate gets a timeout after thirty seconds, not before', async () => {
    using upload = watch()
    for (let second = 0; second < 30; second += 5) {
      await upload.send(1)
      vi.advanceTimersByTime(5000)
    }
    expect(upload.errors).toEqual([])
    await upload.send(1)
    vi.advanceTimersByTime(2000)
    expect(upload.errors[0]?.message).toContain('slower')
  })

  test('that has arrived completely gets no timeout while it is decoded and stored', async () => {
    using upload = watch(100)
    await upload.send(10)
    await upload.end()
    vi.advanceTimersByTime(2 * 60 * 60 * 1000)
    expect(upload.errors).toEqual([])
  })

  test('whose bytes wait for this server gets no timeout', async () => {
    using upload = watch(100)
    upload.body.pause()
    await upload.send(100)
    vi.advanceTimersByTime(10_000)
    expect(upload.errors).toEqual([])
    upload.body.resume()
    await upload.send(1)
    vi.advanceTimersByTime(1000)
    expect(upload.errors).toHaveLength(1)
  })

  test('is not watched after disposal', async () => {
    const upload = watch()
    upload[Symbol.dispose]()
    vi.advanceTimersByTime(60_000)
    expect(upload.errors).toEqual([])
    expect(upload.body.listenerCount('data')).toBe(0)
  })
})
