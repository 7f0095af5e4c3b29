import type { AddressInfo } from 'node:net'
import { createTintypeClient } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { createTRPCUntypedClient, httpBatchStreamLink } from '@trpc/client'
import express from 'express'
import fastify from 'fastify'
import Koa from 'koa'
import Koa2 from 'koa2'
import { createTintype, type Tintype } from 'tintype'
import { beforeAll, describe, expect, test } from 'vitest'
import { openEmbedded, serve } from './support/open-embedded.ts'
import { openConnection, requestHead, sendRaw } from './support/raw-http.ts'

let jpeg: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  jpeg = new Uint8Array(await makeImage({ width: 640, height: 400, format: 'jpeg' }))
})

async function upload(url: string) {
  const headers = { 'Content-Type': 'image/jpeg' }
  const answer = await fetch(`${url}/photos`, { method: 'POST', headers, body: jpeg })
  return { status: answer.status, location: answer.headers.get('location'), photo: await answer.json() }
}

async function readBytes(url: string | URL): Promise<Buffer> {
  return Buffer.from(await (await fetch(url)).arrayBuffer())
}

/** Uploads, reads what was uploaded (from the disk and from memory), and lists it over tRPC. */
async function expectWorking(tintype: Tintype, origin: string, basePath = ''): Promise<void> {
  const { status, location, photo } = await upload(`${origin}${basePath}`)
  expect([status, location]).toEqual([201, `${basePath}/photos/${photo.id}`])
  expect(photo.url).toBe(`${basePath}/media/${photo.id}.jpg`)
  for (let round = 0; round < 3; round += 1) {
    expect((await readBytes(new URL(photo.url, origin))).equals(jpeg)).toBe(true)
    expect((await readBytes(new URL(photo.thumbnail.url, origin))).toString('latin1', 8, 12)).toBe('WEBP')
  }
  const listed = await (await fetch(`${origin}${basePath}/trpc/photos.list`)).json()
  expect(listed.result.data.photos[0]).toEqual(photo)
  expect((await tintype.as({ owner: null }).photos.list()).photos[0]).toEqual(photo)
}

describe('node:http', () => {
  test('the listener answers everything', async () => {
    await using opened = await openEmbedded()
    await using server = await serve(opened.tintype.listener)
    await expectWorking(opened.tintype, server.url)
    const answer = await fetch(`${server.url}/nothing`)
    expect([answer.status, (await answer.json()).code]).toEqual([404, 'ROUTE_NOT_FOUND'])
    const metrics = (await readBytes(`${server.url}/metrics`)).toString()
    expect(metrics).toMatch(/^tintype_photos 1$/m)
    expect(metrics).not.toMatch(/^(process|nodejs)_/m)
  })

  test('S-02c: a connection with thousands of chunks of one byte is closed', async () => {
    await using opened = await openEmbedded()
    await using server = await serve(opened.tintype.listener)
    const head = requestHead('POST /photos', { 'Content-Type': 'image/jpeg', 'Transfer-Encoding': 'chunked' })
    using connection = await openConnection(server.url)
    await connection.write(head + '1\r\nx\r\n'.repeat(5000))
    expect(String(await connection.ended)).toBe('')
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })

  test('outside the base path the answer is 404, or what the application says', async () => {
    await using opened = await openEmbedded({ basePath: '/files' })
    await using alone = await serve(opened.tintype.listener)
    await expectWorking(opened.tintype, alone.url, '/files')
    for (const path of ['/', '/photos', '/filesystem', '/FILES/photos'])
      expect((await fetch(alone.url + path)).status).toBe(404)
    await using server = await serve((req, res) => opened.tintype.listener(req, res, () => res.end('own')))
    await expectReachable(server.url, '/files')
  })
})

/** The application's own page answers outside the base path, and the gallery below it. */
async function expectReachable(origin: string, basePath: string): Promise<void> {
  for (const path of ['/', `${basePath}ystem`, '/photos'])
    expect((await readBytes(origin + path)).toString()).toBe('own')
  const page = await fetch(`${origin}${basePath}/`)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
}

describe.each([
  ['Koa 3', Koa],
  ['Koa 2', Koa2],
])('%s', (_name, AnyKoa) => {
  test('the middleware leaves the state alone and ends with its answer', async () => {
    await using opened = await openEmbedded({ basePath: '/files' })
    const app = new AnyKoa()
    const seen: unknown[] = []
    app.use(async (ctx, next) => {
      ctx.state.user = 'ada'
      ctx.set('X-Own', 'yes')
      const { state, url } = ctx
      await next()
      const isEnded = ctx.respond === false ? ctx.res.writableFinished : ctx.body === 'own'
      seen.push([ctx.state === state, ctx.state, ctx.url === url, isEnded])
    })
    app.use(opened.tintype.middleware)
    app.use((ctx) => {
      ctx.body = 'own'
    })
    await using server = await serve(app.callback())
    await expectWorking(opened.tintype, server.url, '/files')
    await expectReachable(server.url, '/files')
    const answer = await fetch(`${server.url}/files/healthz`)
    expect([answer.status, answer.headers.get('x-own')]).toEqual([200, 'yes'])
    expect(seen.length).toBeGreaterThan(10)
    for (const one of seen) expect(one).toEqual([true, { user: 'ada' }, true, true])
  })

  test('a mount that removes its path changes nothing', async () => {
    await using opened = await openEmbedded({ basePath: '/files' })
    const app = new AnyKoa()
    app.use((ctx, next) => {
      ctx.url = ctx.url.replace(/^\/files/, '')
      return opened.tintype.middleware(ctx, next)
    })
    await using server = await serve(app.callback())
    await expectWorking(opened.tintype, server.url, '/files')
  })

  test('the SDK uploads, lists and streams below the path', async () => {
    await using opened = await openEmbedded({ basePath: '/files' })
    const app = new AnyKoa()
    app.use(opened.tintype.middleware)
    await using server = await serve(app.callback())
    const url = `${server.url}/files`
    const client = createTintypeClient({ url })
    const photo = await client.upload(jpeg, { title: 'embedded' })
    expect((await client.photos.list.query({ limit: 5 })).photos).toEqual([photo])
    expect((await readBytes(client.mediaUrl(photo, { width: 320 }))).toString('latin1', 8, 12)).toBe('WEBP')
    const trpc = createTRPCUntypedClient({ links: [httpBatchStreamLink({ url: `${url}/trpc` })] })
    expect(await trpc.query('photos.get', { id: photo.id })).toMatchObject({
      id: photo.id,
      title: 'embedded',
    })
  })

  test('an error of Tintype reaches no handler of the application', async () => {
    await using opened = await openEmbedded({ basePath: '/files' })
    const app = new AnyKoa()
    const errors: unknown[] = []
    app.on('error', (error) => errors.push(error))
    app.use(opened.tintype.middleware)
    await using server = await serve(app.callback())
    const headers = { 'Content-Type': 'image/jpeg' }
    const answer = await fetch(`${server.url}/files/photos`, { method: 'POST', headers, body: 'no photo' })
    expect([answer.status, (await answer.json()).code]).toEqual([400, 'NOT_AN_IMAGE'])
    expect(errors).toEqual([])
  })
})

describe('Express', () => {
  test.each([
    ['mounted at the base path', (tintype: Tintype) => express().use('/files', tintype.listener)],
    ['used for every path', (tintype: Tintype) => express().use(tintype.listener)],
  ])('the listener, %s', async (_name, mount) => {
    await using opened = await openEmbedded({ basePath: '/files' })
    const app = mount(opened.tintype).use((_req, res) => void res.send('own'))
    await using server = await serve(app)
    await expectWorking(opened.tintype, server.url, '/files')
    await expectReachable(server.url, '/files')
  })

  test('after a body parser the answer is INTERNAL, and the log says what to do', async () => {
    await using opened = await openEmbedded({ basePath: '/files' })
    const app = express()
      .use(express.json(), express.raw({ type: 'image/*' }))
      .use(opened.tintype.listener)
    await using server = await serve(app)
    const headers = { 'Content-Type': 'application/json' }
    const call = await fetch(`${server.url}/files/trpc/photos.delete`, {
      method: 'POST',
      headers,
      body: '{}',
    })
    expect([call.status, await call.json()]).toMatchObject([
      500,
      { code: 'INTERNAL', error: { data: { code: 'INTERNAL' } } },
    ])
    const { status, photo } = await upload(`${server.url}/files`)
    expect([status, photo.code]).toEqual([500, 'INTERNAL'])
    const failures = opened.lines.filter(({ event }) => event === 'failed')
    expect(failures).toHaveLength(2)
    for (const { err } of failures)
      expect(String(err)).toMatch(/was read before Tintype .* Mount Tintype before all body parsers/)
    expect((await fetch(`${server.url}/files/trpc/photos.list`)).status).toBe(200)
  })
})

describe('Fastify', () => {
  test('the listener, as a hook', async () => {
    await using opened = await openEmbedded({ basePath: '/files' })
    const app = fastify()
    app.addHook('onRequest', (request, reply, done) => {
      opened.tintype.listener(request.raw, reply.raw, done)
    })
    app.get('/*', async () => 'own')
    await app.listen({ port: 0, host: '127.0.0.1' })
    try {
      const { port } = app.server.address() as AddressInfo
      await expectWorking(opened.tintype, `http://127.0.0.1:${port}`, '/files')
      await expectReachable(`http://127.0.0.1:${port}`, '/files')
    } finally {
      app.server.closeAllConnections()
      await app.close()
    }
  })
})

describe('the Host of a request', () => {
  const askAs = async (url: string, host: string) =>
    (await sendRaw(url, requestHead('GET /healthz', { Host: host, Connection: 'close' }))).status

  test('is this machine, or the one of publicUrl', async () => {
    await using opened = await openEmbedded({ publicUrl: 'https://www.example.com', access: 'open' })
    await using server = await serve(opened.tintype.listener)
    expect(await askAs(server.url, 'localhost')).toBe(200)
    expect(await askAs(server.url, 'www.example.com')).toBe(200)
    expect(await askAs(server.url, 'evil.example')).toBe(403)
    expect((await upload(server.url)).photo.url).toMatch(/^https:\/\/www\.example\.com\/media\//)
  })

  test('is any if the application is open', async () => {
    await using opened = await openEmbedded({ open: true })
    await using server = await serve(opened.tintype.listener)
    expect(await askAs(server.url, 'photos.example')).toBe(200)
  })
})

describe('one process', () => {
  test('has two libraries that know nothing of each other', async () => {
    await using one = await openEmbedded({ basePath: '/one' })
    await using two = await openEmbedded({ basePath: '/two' })
    await using server = await serve((req, res) =>
      one.tintype.listener(req, res, () => two.tintype.listener(req, res)),
    )
    const [first, second] = [await upload(`${server.url}/one`), await upload(`${server.url}/two`)]
    expect([first.status, second.status]).toEqual([201, 201])
    expect((await fetch(`${server.url}/one/photos/${first.photo.id}`)).status).toBe(200)
    expect((await fetch(`${server.url}/two/photos/${first.photo.id}`)).status).toBe(404)
    const missing = two.tintype.as({ owner: null }).photos.get({ id: first.photo.id })
    await expect(missing).rejects.toMatchObject({ code: 'PHOTO_NOT_FOUND' })
  })

  test('has callers that see the photos of their owner only', async () => {
    await using opened = await openEmbedded()
    await using server = await serve(opened.tintype.listener)
    const [{ photo }, application] = [await upload(server.url), opened.tintype.as({ owner: null })]
    const [alice, bob] = [opened.tintype.as({ owner: 'alice' }), opened.tintype.as({ owner: 'bob' })]
    await application.photos.move({ id: photo.id, owner: 'alice' })
    expect((await alice.photos.list()).photos).toHaveLength(1)
    expect((await bob.photos.list()).photos).toEqual([])
    await expect(bob.photos.delete({ id: photo.id })).rejects.toMatchObject({ code: 'PHOTO_NOT_FOUND' })
    const moved = alice.photos.move({ id: photo.id, owner: 'bob' })
    await expect(moved).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await alice.photos.update({ id: photo.id, title: 'A' })).toMatchObject({ title: 'A' })
  })

  test('has one Tintype for a directory', async () => {
    await using one = await openEmbedded()
    const { dataDirectory } = one
    await expect(createTintype({ dataDirectory })).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    await one.tintype.close()
    await using again = await createTintype({ dataDirectory })
    expect((await again.as({ owner: null }).photos.list()).photos).toEqual([])
  })

  test('has options with the checks of the variables, named as options', async () => {
    const options: object = {
      dataDir: 'x',
      maxUploadSize: 'much',
      uploadIdleTimeout: '15',
      open: 'maybe',
      port: 1,
    }
    const error = await createTintype(options).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'ConfigError' })
    expect((error as Error).message.split('\n').slice(1)).toEqual([
      'dataDir: unknown option; did you mean dataDirectory?',
      'open: expected a boolean; received a text',
      'port: no option of an embedded Tintype; the application owns the server and the log',
      expect.stringMatching(/^maxUploadSize: expected a size .*; received "much"$/),
      expect.stringMatching(/^uploadIdleTimeout: expected a time .*; received "15"$/),
    ])
  })
})
