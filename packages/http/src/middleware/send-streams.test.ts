import { once } from 'node:events'
import { Readable } from 'node:stream'
import type Koa from 'koa'
import { describe, expect, test } from 'vitest'
import { createThreadShares, type ThreadShares } from '../share-thread.ts'
import type { KoaContext as Context, KoaState } from '../state.ts'
import { serveApp } from '../testing/serve-app.ts'
import { sendStreams } from './send-streams.ts'

/** An app that answers with a stream, and the errors that it reported. */
async function serveStream(
  body: () => Readable,
  before: (ctx: Context) => Promise<void> = async () => {},
  thread: Pick<ThreadShares, 'run' | 'isAlone'> = createThreadShares(),
) {
  const made: Readable[] = []
  const errors: unknown[] = []
  function configure(app: Koa<KoaState>): void {
    app.on('error', (error) => errors.push(error))
    app.use(sendStreams({ access: { shareOf: () => 'a' }, thread }))
    app.use(async (ctx) => {
      await before(ctx)
      const stream = body()
      made.push(stream)
      ctx.set('Content-Length', '10')
      ctx.body = stream
    })
  }
  return { ...(await serveApp(configure)), made, errors }
}

const tenBytes = () => Readable.from([Buffer.from('01234'), Buffer.from('56789')])

async function isReleased([stream]: readonly Readable[]): Promise<boolean> {
  if (stream && !stream.closed) await once(stream, 'close')
  return stream?.closed === true
}

/** Counts how often the global `Response` is read while `work` runs. Node loads `fetch` for it. */
async function countLooks(work: () => Promise<unknown>): Promise<number> {
  const original = Object.getOwnPropertyDescriptor(globalThis, 'Response') as PropertyDescriptor
  const value = globalThis.Response
  let looks = 0
  Object.defineProperty(globalThis, 'Response', {
    configurable: true,
    get() {
      looks += 1
      return value
    },
  })
  try {
    await work()
  } finally {
    Object.defineProperty(globalThis, 'Response', original)
  }
  return looks
}

describe('sendStreams', () => {
  test('sends all of a stream without reading the global Response', async () => {
    await using served = await serveStream(tenBytes)
    const looks = await countLooks(async () => {
      const { status, bytes } = await served.send('/')
      expect({ status, text: String(bytes) }).toStrictEqual({ status: 200, text: '0123456789' })
    })
    expect(looks).toBe(0)
  })

  test('S-02e: each chunk waits for its caller’s turn, and the next one is not read before', async () => {
    const turns: (() => void)[] = []
    let asked = Promise.withResolvers<void>()
    const run = (_share: string, task: () => void) => {
      turns.push(task)
      asked.resolve()
    }
    const nextTurn = async () => {
      await asked.promise
      asked = Promise.withResolvers()
      turns.shift()?.()
    }
    let pieces = 0
    const body = () =>
      new Readable({
        highWaterMark: 0,
        read() {
          pieces += 1
          this.push(pieces <= 2 ? Buffer.from('01234') : null)
        },
      })
    await using served = await serveStream(body, undefined, { run, isAlone: () => false })
    const answer = served.send('/')
    await asked.promise
    expect([pieces, turns.length]).toEqual([1, 1])
    await nextTurn()
    expect(pieces).toBe(1)
    await nextTurn()
    expect(pieces).toBe(2)
    await nextTurn()
    await nextTurn()
    expect(String((await answer).bytes)).toBe('0123401234')
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
    await expect(served.send('/')).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(served.errors).toMatchObject([{ message: 'the disk is gone' }])
  })

  test('a client that has left is not reported, and the stream is released', async () => {
    await using served = await serveStream(tenBytes, async ({ req, res }) => {
      req.socket.destroy()
      if (!res.closed) await once(res, 'close')
    })
    await expect(served.send('/')).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await isReleased(served.made)).toBe(true)
    expect(served.errors).toEqual([])
  })

  test('HEAD has the headers, and the stream is released', async () => {
    await using served = await serveStream(tenBytes)
    const { headers, bytes } = await served.send('/', {}, 'HEAD')
    expect(headers['content-length']).toBe('10')
    expect(bytes).toHaveLength(0)
    expect(await isReleased(served.made)).toBe(true)
  })
})
