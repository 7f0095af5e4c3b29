import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { procedure, router } from '@tintype/api'
import { type Caller, openCaller } from '@tintype/contract'
import type { PhotoLibrary } from '@tintype/photos'
import {
  createTRPCUntypedClient,
  httpBatchLink,
  httpBatchStreamLink,
  httpLink,
  httpSubscriptionLink,
  TRPCClientError,
} from '@trpc/client'
import { tracked } from '@trpc/server'
import { describe, expect, test, vi } from 'vitest'
import { closedAccess } from '../testing/closed-access.ts'
import { readEvents } from '../testing/read-events.ts'
import { serveTrpc } from '../testing/serve-trpc.ts'

const anything = (input: unknown) => input

/** Procedures that a test controls. */
function openProcedures() {
  const started = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<unknown>()
  const seen: unknown[] = []
  /** Waits for the test, or rejects with the reason of the aborted signal. */
  const wait = async (signal: AbortSignal | undefined) => {
    started.resolve()
    signal?.addEventListener('abort', () => ended.resolve(signal.reason))
    await Promise.race([gate.promise, ended.promise.then((reason) => Promise.reject(reason))])
    return 'slow'
  }
  const procedures = router({
    fast: procedure('photos:read').query(() => 'fast'),
    slow: procedure('photos:read').query(({ signal }) => wait(signal)),
    change: procedure('photos:update').mutation(({ signal }) => wait(signal)),
    watch: procedure('photos:read')
      .input(anything)
      .subscription(async function* ({ input, signal }) {
        try {
          seen.push(input)
          yield tracked('1', 'first')
          await wait(signal)
          yield tracked('2', 'second')
        } finally {
          ended.resolve('left')
        }
      }),
  })
  return { procedures, started: started.promise, open: gate.resolve, ended: ended.promise, seen }
}

describe('streams', () => {
  test('B222 of changes can find out whether their caller’s key has ended', async () => {
    const asked: string[] = []
    const key: Caller = { ...openCaller, kind: 'key', id: 'key:1' }
    const authenticator = {
      authenticate: () => key,
      isStillValid: async ({ id }: Caller) => asked.push(id) > 1,
    }
    async function* openChanges({ isStillValid }: Parameters<PhotoLibrary['openChanges']>[0]) {
      for (let round = 0; round < 2; round += 1)
        yield { id: '1', change: { type: (await isStillValid?.()) ? 'ready' : 'reset' } as const }
    }
    await using server = await serveTrpc({
      photos: { openChanges },
      closed: closedAccess({ authenticator }),
    })
    const events = readEvents(await fetch(`${server.url}/photos.onChange`))
    const types: unknown[] = []
    for await (const { event, data = '' } of events)
      if (event === undefined) types.push(JSON.parse(data).type)
    expect(types).toEqual(['reset', 'ready'])
    expect(asked).toEqual(['key:1', 'key:1'])
  })

  test('a fast call is answered before the slow one beside it ends', async () => {
    const { procedures, open } = openProcedures()
    await using server = await serveTrpc({ router: procedures })
    const client = createTRPCUntypedClient({ links: [httpBatchStreamLink({ url: server.url })] })
    let isSlowDone = false
    const slow = client.query('slow').finally(() => {
      isSlowDone = true
    })
    expect(await client.query('fast')).toBe('fast')
    expect(isSlowDone).toBe(false)
    open()
    expect(await slow).toBe('slow')
    expect(server.lines.filter(({ event }) => event === 'request')).toHaveLength(1)
  })

  test('headers keep proxies from buffering the pieces', async () => {
    const { procedures } = openProcedures()
    await using server = await serveTrpc({ router: procedures })
    const headers = { 'trpc-accept': 'application/jsonl' }
    const response = await fetch(`${server.url}/fast?batch=1`, { headers })
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform')
    expect(await response.text()).toContain('fast')
  })

  test('a subscription sends events when they happen, and resumes after the last one', async () => {
    const { procedures, open, seen } = openProcedures()
    await using server = await serveTrpc({ router: procedures })
    const response = await fetch(`${server.url}/watch`, { headers: { 'last-event-id': '7' } })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const events = readEvents(response)
    expect((await events.next()).value).toMatchObject({ event: 'connected' })
    expect((await events.next()).value).toMatchObject({ id: '1', data: '"first"' })
    open()
    expect((await events.next()).value).toMatchObject({ id: '2', data: '"second"' })
    expect(seen).toEqual([{ lastEventId: '7' }])
  })

  test("tRPC's own subscription link reads them", async () => {
    const { procedures, open } = openProcedures()
    open()
    await using server = await serveTrpc({ router: procedures })
    const { EventSource } = await import('../testing/event-source.ts')
    const link = httpSubscriptionLink({ url: server.url, EventSource })
    const client = createTRPCUntypedClient({ links: [link] })
    const data: unknown[] = []
    const done = Promise.withResolvers<void>()
    const subscription = client.subscription('watch', undefined, {
      onData(event) {
        data.push(event)
        if (data.length === 2) done.resolve()
      },
      onError: done.reject,
    })
    await done.promise
    subscription.unsubscribe()
    expect(data).toEqual([
      { id: '1', data: 'first' },
      { id: '2', data: 'second' },
    ])
  })

  test('the stop of the server ends a subscription', async () => {
    const { procedures, started, ended } = openProcedures()
    await using server = await serveTrpc({ router: procedures })
    const response = await fetch(`${server.url}/watch`)
    const whole = response.text().catch(() => '')
    await started
    server.stopping.abort(new Error('stop'))
    await Promise.all([ended, whole])
  })
})

describe('a client that leaves cancels its call', () => {
  test.each([
    ['httpLink', httpLink],
    ['httpBatchLink', httpBatchLink],
    ['httpBatchStreamLink', httpBatchStreamLink],
  ])('%s', async (_name, link) => {
    for (const method of ['query', 'mutation'] as const) {
      const { procedures, started, ended } = openProcedures()
      await using server = await serveTrpc({ router: procedures })
      const client = createTRPCUntypedClient({ links: [link({ url: server.url })] })
      const controller = new AbortController()
      const call = client[method](method === 'query' ? 'slow' : 'change', {}, controller).catch(() => {})
      await started
      controller.abort()
      await Promise.all([ended, call])
      expect(server.lines.filter(({ event }) => event !== 'request')).toEqual([])
    }
  })

  test('a subscription', async () => {
    const { procedures, started, ended } = openProcedures()
    await using server = await serveTrpc({ router: procedures })
    const controller = new AbortController()
    const response = await fetch(`${server.url}/watch`, controller)
    const body = response.text().catch(() => {})
    await started
    controller.abort()
    await Promise.all([ended, body])
    expect(server.lines.filter(({ event }) => event !== 'request')).toEqual([])
  })
})

describe('a request that is refused before it is a call gets an answer in the envelope of tRPC', () => {
  const refusals: [string, string, RequestInit & { path?: string }][] = [
    ['a foreign page', 'ORIGIN_NOT_ALLOWED', { method: 'POST', headers: { origin: 'https://evil.example' } }],
    ['an unreadable target', 'INVALID_REQUEST', { path: '/%ff' }],
    ['a large body', 'PAYLOAD_TOO_LARGE', { method: 'POST', body: JSON.stringify('x'.repeat(2000)) }],
    ['another type of body', 'UNSUPPORTED_MEDIA_TYPE', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } }], // biome-ignore format: one row
    ['too many calls', 'INVALID_REQUEST', { path: `/${'fast,'.repeat(20)}fast?batch=1` }],
    ['another method', 'METHOD_NOT_ALLOWED', { method: 'PUT' }],
  ]
  test.each(refusals)('%s', async (_name, code, { path = '/change', ...init }) => {
    await using server = await serveTrpc({ router: openProcedures().procedures })
    const headers = { 'content-type': 'application/json', ...init.headers }
    const response = await fetch(`${server.url}${path}`, { ...init, headers })
    expect(response.headers.get('content-type')).toMatch(/json$/)
    const { error } = (await response.json()) as { error: { code: number; data: { code: string } } }
    expect([error.data.code, response.status]).toEqual([code, (error.data as { status?: number }).status])
    expect(error.code).toBeLessThan(0)
  })

  test.each([
    ['a host that is not served', 'HOST_NOT_ALLOWED', 'Host: evil.example'],
    ['two hosts', 'INVALID_REQUEST', 'Host: localhost\r\nHost: localhost'],
  ])('%s', async (_name, code, hosts) => {
    await using server = await serveTrpc({ router: openProcedures().procedures })
    const socket = connect(server.port, '127.0.0.1')
    socket.write(`GET /trpc/fast HTTP/1.1\r\n${hosts}\r\nConnection: close\r\n\r\n`)
    const [, body = ''] = (await text(socket)).split('\r\n\r\n')
    expect(JSON.parse(body)).toMatchObject({ error: { data: { code } } })
    if (!socket.closed) await once(socket, 'close')
  })

  test.each([
    ['httpLink', httpLink],
    ['httpBatchLink', httpBatchLink],
    ['httpBatchStreamLink', httpBatchStreamLink],
  ])('%s reads it as a TRPCClientError', async (_name, link) => {
    await using server = await serveTrpc({ router: openProcedures().procedures })
    const headers = { origin: 'https://evil.example' }
    const client = createTRPCUntypedClient({ links: [link({ url: server.url, headers })] })
    const error = await client.mutation('change', {}).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TRPCClientError)
    expect(error).toMatchObject({ data: { code: 'ORIGIN_NOT_ALLOWED', status: 403 } })
  })
})

describe('calls on one connection', () => {
  test('as many as a client likes add no warning', async () => {
    const { procedures } = openProcedures()
    await using server = await serveTrpc({ router: procedures })
    const warnings: Error[] = []
    const onWarning = (warning: Error) => void warnings.push(warning)
    process.on('warning', onWarning)
    const socket = connect(server.port, '127.0.0.1')
    const call = 'GET /trpc/absent HTTP/1.1\r\nHost: localhost\r\n\r\n'
    const last = call.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')
    socket.write(call.repeat(20) + last)
    const answers = await text(socket)
    process.off('warning', onWarning)
    expect(answers.match(/HTTP\/1\.1 404/g)).toHaveLength(21)
    expect(warnings).toEqual([])
  })

  test('one that its client closes half-way is logged as left', async () => {
    const { procedures, started, ended } = openProcedures()
    await using server = await serveTrpc({ router: procedures })
    const socket = connect(server.port, '127.0.0.1')
    const head = 'POST /trpc/change HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
    socket.write(`${head}Content-Length: 2\r\n\r\n{}`)
    await started
    socket.end()
    await ended
    await text(socket).catch(() => '')
    await vi.waitFor(() =>
      expect(server.lines).toContainEqual(expect.objectContaining({ event: 'request', status: 499 })),
    )
  })
})
