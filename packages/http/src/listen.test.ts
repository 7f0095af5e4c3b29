import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { parseTrustedProxies } from '@tintype/access'
import { expect, test, vi } from 'vitest'
import { createRequestCounter } from './access/count-requests.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import { type ListenOptions, listen } from './listen.ts'

type Handler = (req: IncomingMessage, res: ServerResponse) => unknown

/** A server with its own limits, on any free port. Disposing it closes every connection. */
async function serve(
  handler: Handler,
  limits: Partial<ConnectionLimits> = {},
  clients: Pick<ListenOptions, 'clientOf' | 'addressOf'> = { clientOf: ({ remoteAddress }) => remoteAddress },
) {
  const refused: object[] = []
  const onRefused = (facts: object) => refused.push(facts)
  const cuts: unknown[][] = []
  const listening = await listen(handler, {
    ...{ host: '127.0.0.1', port: 0, onRefused, limits },
    ...clients,
    onCut: (...facts) => void cuts.push(facts),
  })
  return {
    cuts,
    refused,
    url: listening.url,
    close: () => listening.close(),
    /** A connection that sends its first bytes at once. The server's timeout for the headers starts then. */
    async open(first = ''): Promise<Socket> {
      const socket = connect(Number(new URL(listening.url).port), '127.0.0.1')
      socket.on('error', () => {})
      if (first !== '') socket.write(first)
      await once(socket, 'connect')
      return socket
    },
    async [Symbol.asyncDispose]() {
      const closed = listening.close()
      listening.destroy()
      await closed
    },
  }
}

const answerOk: Handler = (_req, res) => res.end('ok')
const requestOf = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
/** A request that a proxy passes on for another client. */
const forwarded = 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n'
/** How clients are distinguished if that proxy is trusted. */
const behindProxy = createRequestCounter({ trustedProxies: parseTrustedProxies('127.0.0.1') })
const many = <Item>(count: number, make: (at: number) => Promise<Item>) =>
  Promise.all(Array.from({ length: count }, (_, at) => make(at)))

test('B066 B069 headers that never end are 408 after their timeout; two hundred of them delay no other client', async () => {
  // long enough for complete headers even if this process, which is client and server, is slow
  await using server = await serve(answerOk, { headersTimeoutMs: 3000, checkMs: 50 })
  // some send nothing, others begin; both have the same timeout
  const slow = await many(200, (at) => server.open(at % 2 === 0 ? 'GET / HTTP/1.1\r\nHost: loc' : ''))
  const answers = slow.map((socket) => text(socket))
  expect(await (await fetch(server.url)).text()).toBe('ok')
  for (const answer of await Promise.all(answers)) {
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(answer).toContain('"code":"UPLOAD_TIMEOUT"')
  }
  expect(server.refused).toHaveLength(200)
})

test('B266 an answer that is never read is cut off, and its source is not read ahead of the client', async () => {
  const mebibyte = Buffer.alloc(1024 * 1024)
  const bodies: { body: Readable; taken: number }[] = []
  const answerForever: Handler = (_req, res) => {
    const one = {
      taken: 0,
      body: new Readable({
        highWaterMark: 1,
        read() {
          one.taken += 1
          this.push(mebibyte)
        },
      }),
    }
    bodies.push(one)
    one.body.pipe(res)
    res.once('close', () => one.body.destroy())
  }
  // long enough for twenty answers to begin even if this process is slow
  await using server = await serve(answerForever, { stalledTimeoutMs: 2000 })
  const readers = await many(20, async () => (await server.open(requestOf('/large'))).pause())
  // not `once`, which rejects at a reset: the kernel ends the connection with a reset or in order
  const cut = readers.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())))
  // a client notices by reading: first the kernel's buffer, then the end
  await expect.poll(() => bodies.filter(({ body }) => body.destroyed).length, { timeout: 100_000 }).toBe(20)
  for (const { taken } of bodies) expect(taken).toBeLessThan(64)
  expect(server.cuts).toEqual(Array(20).fill(['seconds without progress', '127.0.0.1']))
  for (const socket of readers) socket.resume()
  await Promise.all(cut)
})

test('B266: packets that are no HTTP, sent while an answer is not read, are discarded; the answer is sent whole, then the connection closed', async () => {
  const answers: ServerResponse[] = []
  const byteSize = 32 * 1024 * 1024
  const answerMuch: Handler = (_req, res) => {
    answers.push(res)
    res.end(Buffer.alloc(byteSize))
  }
  await using server = await serve(answerMuch)
  const socket = (await server.open(requestOf('/large'))).setNoDelay().pause()
  await expect.poll(() => answers.length).toBe(1)
  const [answer] = answers
  const before = answer?.listenerCount('finish') ?? 0
  const wanted = (answer?.socket?.bytesRead ?? 0) + 500
  for (let sent = 0; sent < 500; sent += 1) await new Promise((resolve) => socket.write('\x01', resolve))
  await expect.poll(() => answer?.socket?.bytesRead).toBe(wanted)
  expect(answer?.listenerCount('finish')).toBe(before + 1)
  let received = 0
  for await (const chunk of socket) received += chunk.length
  expect(received).toBeGreaterThan(byteSize)
})

test('B075 B266: a client that sends too much before it reads gets the answer that was in progress, then the connection is closed', async () => {
  const answers: ServerResponse[] = []
  await using server = await serve((_req, res) => answers.push(res))
  const socket = (await server.open(requestOf('/'))).setNoDelay().pause()
  await expect.poll(() => answers.length).toBe(1)
  const [answer] = answers
  const wanted = (answer?.socket?.bytesRead ?? 0) + 1
  socket.write('\x01')
  await expect.poll(() => answer?.socket?.bytesRead).toBe(wanted)
  answer?.end('answer')
  await expect.poll(() => answer?.closed).toBe(true)
  for (let sent = 0; sent < 20; sent += 1) await new Promise((resolve) => socket.write('\x01', resolve))
  socket.end()
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 .*\r\nanswer$/s)
})

test('a connection that is idle between two requests is closed without a report', async () => {
  await using server = await serve(answerOk, { keepAliveTimeoutMs: 1 })
  const socket = await server.open(requestOf('/'))
  expect(await text(socket)).toMatch(/ok/)
  expect(server.cuts).toEqual([])
})

test('connections beyond the limit are closed without an answer; the others continue, and a place that is freed can be used', async () => {
  await using server = await serve(answerOk, { maxConnections: 5 })
  const inside = await many(5, () => server.open())
  for (const socket of inside) {
    socket.write(requestOf('/'))
    await once(socket, 'data')
  }
  const beyond = await many(20, () => server.open())
  expect(await Promise.all(beyond.map((socket) => text(socket)))).toEqual(beyond.map(() => ''))
  for (const socket of inside) {
    socket.write(requestOf('/again'))
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /)
  }
  inside[0]?.destroy()
  await expect
    .poll(async () => (await fetch(server.url).catch(() => undefined))?.status, { timeout: 100_000 })
    .toBe(200)
})

test('S-02: requests in a pipeline are handed over one after the other, and answered in order', async () => {
  let running = 0
  const most: number[] = []
  const answerLater: Handler = async (req, res) => {
    most.push(++running)
    await new Promise(setImmediate)
    running -= 1
    res.end(req.url)
  }
  await using server = await serve(answerLater)
  const socket = await server.open([1, 2, 3, 4].map((at) => requestOf(`/${at}`)).join(''))
  socket.end()
  const received = await text(socket)
  expect([...received.matchAll(/\n(\/\d)/g)].map(([, path]) => path)).toEqual(['/1', '/2', '/3', '/4'])
  expect(most).toEqual([1, 1, 1, 1])
})

test('S-02: a connection with 600 requests in a pipeline is closed, and the reason is reported', async () => {
  let begun = 0
  const neverAnswer: Handler = () => {
    begun += 1
  }
  await using server = await serve(neverAnswer)
  const socket = await server.open(requestOf('/').repeat(600))
  expect(await text(socket)).toBe('')
  expect(begun).toBe(1)
  expect(server.cuts).toEqual([['requests in a pipeline', '127.0.0.1']])
})

test('S-02: a pipeline that is cut behind a trusted proxy is reported with the address of its client', async () => {
  await using server = await serve(() => undefined, {}, behindProxy)
  expect(await text(await server.open(forwarded.repeat(600)))).toBe('')
  expect(server.cuts).toEqual([['requests in a pipeline', '192.0.2.7']])
})

test('S-02: an answer that is not read behind a trusted proxy is reported with the address of its client', async () => {
  await using server = await serve(() => undefined, { stalledTimeoutMs: 50 }, behindProxy)
  expect(await text(await server.open(forwarded))).toBe('')
  expect(server.cuts).toEqual([['seconds without progress', '192.0.2.7']])
})

test('S-02: 600 requests in a pipeline cost others at the address nothing; repeated, it gets no new connection for a while, and keeps what it has begun', async () => {
  const { promise: open, resolve } = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  const answerLate: Handler = async (_req, res) => {
    reached.resolve()
    await open
    res.end('late')
  }
  await using server = await serve(answerLate, { barMs: 100_000 })
  const begun = await server.open(requestOf('/'))
  const received = text(begun)
  await reached.promise
  const idle = await server.open()
  const left = text(idle)
  const exceed = async () => text(await server.open(requestOf('/').repeat(600)))
  const isIdleOpen = () => idle.readyState === 'open'
  expect([await exceed(), isIdleOpen(), await exceed(), isIdleOpen()]).toEqual(['', true, '', true])
  expect([await exceed(), await left]).toEqual(['', ''])
  expect(await text(await server.open(requestOf('/')))).toBe('')
  expect(server.cuts).toEqual(Array(4).fill(['requests in a pipeline', '127.0.0.1']))
  resolve()
  begun.end()
  expect(await received).toMatch(/late/)
})

test('S-02c: an address that sends tiny chunks again and again gets no new connection for a while, and that is the reason reported', async () => {
  await using server = await serve((req) => req.resume(), { barMs: 100_000 })
  const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n'
  for (let at = 0; at < 3; at += 1)
    expect(await text(await server.open(head + '1\r\nx\r\n'.repeat(5000)))).toContain('Send larger chunks')
  expect(await text(await server.open(requestOf('/')))).toBe('')
  expect(server.cuts).toEqual(Array(4).fill(['tiny chunks', '127.0.0.1']))
})

test('B308 connections without a request, or with a part of its headers, do not hold up the end of the server', async () => {
  const reached = Promise.withResolvers<ServerResponse>()
  await using server = await serve((_req, res) => reached.resolve(res), { lastHeadersMs: 1 })
  const held = [await server.open(), await server.open('GET / HTTP/1.1\r\nHost: ')]
  const ended = held.map((socket) => text(socket))
  const begun = await server.open(requestOf('/'))
  const received = text(begun)
  const answer = await reached.promise
  const closed = server.close()
  expect(await Promise.all(ended)).toEqual(['', ''])
  answer.end('late')
  expect(await received).toMatch(/late/)
  await closed
})

test('S-02: one client may have a number of connections; another one of its is closed, and the reason is reported', async () => {
  await using server = await serve(answerOk, { maxConnectionsEach: 3 })
  const held = await many(3, () => server.open())
  const excess = await server.open()
  expect(await text(excess)).toBe('')
  expect(server.cuts).toEqual([['connections of one client', '127.0.0.1']])
  const [first] = held
  first?.destroy()
  await vi.waitFor(async () => expect(await (await fetch(server.url)).text()).toBe('ok'))
  for (const socket of held) socket.destroy()
})

test.each([
  { what: 'the client leaves', head: 'Content-Length: 1000', rest: '' },
  { what: 'its next chunk has no valid size', head: 'Transfer-Encoding: chunked', rest: 'no size\r\n' },
])(
  'an answered request whose body does not end well is not refused a second time: $what',
  async ({ head, rest }) => {
    await using server = await serve((_req, res) => res.writeHead(401, { 'Content-Length': 0 }).end())
    const socket = await server.open(`POST / HTTP/1.1\r\nHost: localhost\r\n${head}\r\n\r\n`)
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 401 /)
    socket.end(rest)
    expect(await text(socket)).toBe('')
    expect(server.refused).toEqual([])
  },
)
