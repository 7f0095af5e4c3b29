import { afterEach, describe, expect, test, vi } from 'vitest'
import { createTintypeClient } from '../create-tintype-client.ts'
import { failureOf } from '../testing/failure-of.ts'
import { accept, openScriptedServer, photoAt, type Script, samplePhoto } from '../testing/scripted-server.ts'
import type { PlannedRetry } from './backoff.ts'

afterEach(() => void vi.useRealTimers())

/** Ends no request, and reports when its body came, or stopped coming. */
function openSilence(isReading: boolean) {
  const arrived = Promise.withResolvers<void>()
  const script: Script = async ({ request, whole }) => {
    if (isReading) await whole
    else request.pause()
    arrived.resolve()
  }
  return { script, arrived: arrived.promise }
}

const noAnswer = { code: 'NETWORK_ERROR', cause: 'No progress within 120000 ms' }

describe('a request that is silent', () => {
  test('for 120 s after it was sent is NETWORK_ERROR, and an upload is sent again', async () => {
    const { script, arrived } = openSilence(true)
    await using server = await openScriptedServer((turn) => (turn.count === 1 ? script : accept)(turn))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const planned: PlannedRetry[] = []
    const retry = { waitMs: () => 0, onRetry: (one: PlannedRetry) => void planned.push(one) }
    const upload = createTintypeClient({ ...server, retry }).upload(new Blob(['bytes']))
    await arrived
    await vi.advanceTimersByTimeAsync(119_999)
    expect(planned).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    await vi.waitUntil(() => planned.length > 0)
    vi.runAllTimers()
    expect(await upload).toEqual(photoAt(server))
    expect(planned).toMatchObject([{ attempt: 1, error: noAnswer }])
  })

  test.each(['query', 'mutation'])('for 120 s is NETWORK_ERROR for a %s', async (kind) => {
    const { script, arrived } = openSilence(true)
    await using server = await openScriptedServer(script)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { photos } = createTintypeClient({ ...server, retry: { attempts: 1 } })
    const { id } = samplePhoto
    const call = failureOf(kind === 'query' ? photos.get.query({ id }) : photos.delete.mutate({ id }))
    await vi.advanceTimersByTimeAsync(0) // tRPC gathers calls of the same moment
    await arrived
    await vi.advanceTimersByTimeAsync(120_000)
    expect(await call).toMatchObject(noAnswer)
  })

  test('for 30 s while it is sent is NETWORK_ERROR', async () => {
    const { script, arrived } = openSilence(false)
    await using server = await openScriptedServer(script)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const bytes = new Blob([new Uint8Array(50_000_000)])
    const { upload } = createTintypeClient({ ...server, retry: { attempts: 1 } })
    let sentBytes = 0
    const onProgress = (progress: { sentBytes: number }) => {
      sentBytes = progress.sentBytes
    }
    const failure = failureOf(upload(bytes, { onProgress }))
    await arrived
    for (let before = -1; before < sentBytes; ) {
      before = sentBytes
      await new Promise((resolve) => setImmediate(resolve))
    }
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await failure).toMatchObject({
      code: 'NETWORK_ERROR',
      cause: 'No progress within 30000 ms',
    })
  })
})

test('a source of bytes may be silent for as long as it wants', async () => {
  await using server = await openScriptedServer(accept)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  async function* slow() {
    yield new Uint8Array(10)
    await vi.advanceTimersByTimeAsync(3_600_000)
    yield new Uint8Array(10)
  }
  expect(await createTintypeClient(server).upload(slow())).toEqual(photoAt(server))
})
