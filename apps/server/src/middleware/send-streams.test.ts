import { once } from 'node:events'
import { Readable } from 'node:stream'
import type Koa from 'koa'
import { describe, expect, test } from 'vitest'
import type { RequestState } from '../state.ts'
import { serveApp } from '../testing/serve-app.ts'
import { sendStreams } from './send-streams.ts'

/** An app that answers with a stream, and what it has to say. */
async function serveStream(body: () => Readable) {
  const made: Readable[] = []
  const apps: Koa<RequestState>[] = []
  const served = await serveApp((app) => {
    apps.push(app)
    app.use(sendStreams())
    app.use((ctx) => {
      const stream = body()
      made.push(stream)
      ctx.set('Content-Length', '10')
      ctx.body = stream
    })
  })
  return { ...served, made, app: apps[0] as Koa<RequestState> }
}

/** Counts how often a global is asked for while `work` runs. */
async function countLooks(name: 'Response', work: () => Promise<unknown>): Promise<number> {
  const original = Object.getOwnPropertyDescriptor(globalThis, name) as PropertyDescriptor
  const value: unknown = globalThis[name]
  let looks = 0
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() {
      looks += 1
      return value
    },
  })
  try {
    await work()
  } finally {
    Object.defineProperty(globalThis, name, original)
  }
  return looks
}

describe('sendStreams', () => {
  test('sends all of a stream without asking whether it is a Response', async () => {
    await using served = await serveStream(() => Readable.from([Buffer.from('01234'), Buffer.from('56789')]))
    const looks = await countLooks('Response', async () => {
      const { status, bytes } = await served.send('/')
      expect({ status, text: String(bytes) }).toStrictEqual({ status: 200, text: '0123456789' })
    })
    expect(looks).toBe(0)
  })

  test('a stream that fails cuts the answer off, and is reported', async () => {
    await using served = await serveStream(() =>
      Readable.from(
        (async function* () {
          yield Buffer.from('01234')
          throw new Error('the disk is gone')
        })(),
      ),
    )
    const reported = once(served.app, 'error')
    await expect(served.send('/')).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await reported).toMatchObject([{ message: 'the disk is gone' }, expect.anything()])
  })

  test('HEAD has the headers, and the stream is released', async () => {
    await using served = await serveStream(() => Readable.from([Buffer.from('0123456789')]))
    const { headers, bytes } = await served.send('/', {}, 'HEAD')
    expect({ length: headers['content-length'], bytes: bytes.length }).toStrictEqual({
      length: '10',
      bytes: 0,
    })
    const [stream] = served.made
    if (!stream?.closed) await once(stream as Readable, 'close')
  })
})
