import { describe, expect, test } from 'vitest'
import { createTintypeClient } from '../create-tintype-client.ts'
import { failureOf } from '../testing/failure-of.ts'
import { openScriptedServer, refuse, type Script } from '../testing/scripted-server.ts'
import { createUploader } from '../upload/create-uploader.ts'

const reason = new Error('the user left')
const aborted = { code: 'ABORTED', cause: reason, retryable: false }

/** Never answers; `arrived` is fulfilled by the first bytes, `left` when the caller hangs up. */
function openSilence() {
  const arrived = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  const script: Script = ({ request, response }) => {
    request.once('data', () => arrived.resolve()).once('end', () => arrived.resolve())
    response.once('close', () => left.resolve())
  }
  return { script, arrived: arrived.promise, left: left.promise }
}

describe('an upload that is aborted', () => {
  test('before it begins sends nothing', async () => {
    await using server = await openScriptedServer(refuse('OVERLOADED'))
    const upload = createUploader(server).upload(new Blob(['1']), { signal: AbortSignal.abort(reason) })
    expect(await failureOf(upload)).toMatchObject(aborted)
    expect(server.seen).toHaveLength(0)
  })

  test('while headers are made sends nothing', async () => {
    await using server = await openScriptedServer(refuse('OVERLOADED'))
    const controller = new AbortController()
    const headers = () => {
      controller.abort(reason)
      return new Promise<never>(() => {})
    }
    const upload = createUploader({ ...server, headers }).upload(new Blob(['1']), controller)
    expect(await failureOf(upload)).toMatchObject(aborted)
    expect(server.seen).toHaveLength(0)
  })

  test('while bytes are sent ends the request and closes the source', async () => {
    const { script, arrived, left } = openSilence()
    await using server = await openScriptedServer(script)
    const released = Promise.withResolvers<void>()
    async function* endless() {
      try {
        for (;;) yield new Uint8Array(10_000)
      } finally {
        released.resolve()
      }
    }
    const controller = new AbortController()
    const upload = failureOf(createUploader(server).upload(endless(), controller))
    await arrived
    controller.abort(reason)
    expect(await upload).toMatchObject(aborted)
    await Promise.all([left, released.promise])
    expect(server.seen).toMatchObject([{ isCutOff: true }])
  })

  test('while an answer is awaited ends the request', async () => {
    const { script, arrived, left } = openSilence()
    await using server = await openScriptedServer(script)
    const controller = new AbortController()
    const upload = failureOf(createUploader(server).upload(new Blob(['1']), controller))
    await arrived
    controller.abort(reason)
    expect(await upload).toMatchObject(aborted)
    await left
    expect(server.seen).toHaveLength(1)
  })

  test('while the next attempt is awaited ends the wait', async () => {
    await using server = await openScriptedServer(refuse('OVERLOADED'))
    const controller = new AbortController()
    const retry = {
      maxWaitMs: Number.POSITIVE_INFINITY,
      waitMs: () => {
        queueMicrotask(() => controller.abort(reason))
        return 3_600_000
      },
    }
    const upload = createUploader({ ...server, retry }).upload(new Blob(['1']), controller)
    expect(await failureOf(upload)).toMatchObject(aborted)
    expect(server.seen).toHaveLength(1)
  })
})

describe('a procedure call that is aborted', () => {
  test('leaves the queries alone that share its request', async () => {
    const { script, arrived, left } = openSilence()
    await using server = await openScriptedServer(script)
    const { photos } = createTintypeClient(server)
    const [first, second] = [new AbortController(), new AbortController()]
    const calls = [first, second].map((one) => failureOf(photos.list.query({}, one)))
    await arrived
    first.abort(reason)
    expect(await calls[0]).toMatchObject(aborted)
    expect(server.seen).toMatchObject([{ isCutOff: false }])
    second.abort(reason)
    expect(await calls[1]).toMatchObject(aborted)
    await left
    expect(server.seen).toMatchObject([{ isCutOff: true }])
  })

  test('before it begins sends nothing', async () => {
    await using server = await openScriptedServer(refuse('OVERLOADED'))
    const call = createTintypeClient(server).photos.list.query({}, { signal: AbortSignal.abort(reason) })
    expect(await failureOf(call)).toMatchObject(aborted)
    expect(server.seen).toHaveLength(0)
  })

  test('while an answer is awaited ends the request', async () => {
    const { script, arrived, left } = openSilence()
    await using server = await openScriptedServer(script)
    const controller = new AbortController()
    const call = failureOf(createTintypeClient(server).photos.list.query({}, controller))
    await arrived
    controller.abort(reason)
    expect(await call).toMatchObject(aborted)
    await left
  })
})
