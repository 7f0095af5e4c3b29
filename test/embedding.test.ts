import { once } from 'node:events'
import { mkdtempDisposable } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import express from 'express'
import fastify from 'fastify'
import Koa from 'koa'
import Koa2 from 'koa2'
import { createTintype, type Tintype, type TintypeOptions } from 'tintype'
import { beforeAll, describe, expect, test } from 'vitest'

type LogLine = Readonly<Record<string, unknown>>

let jpeg: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  jpeg = new Uint8Array(await makeImage({ width: 640, height: 400, format: 'jpeg' }))
})

/** A Tintype with a data directory of its own. Disposing it closes it and removes the directory. */
async function openTintype(options: TintypeOptions = {}) {
  await using opening = new AsyncDisposableStack()
  const data = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-embedded-')))
  const lines: LogLine[] = []
  const note = (facts: object, msg: string) => void lines.push({ ...facts, msg })
  const log = { debug: note, info: note, warn: note, error: note }
  const tintype: Tintype = opening.use(await createTintype({ dataDirectory: data.path, log, ...options }))
  const owned = opening.move()
  return { tintype, lines, dataDirectory: data.path, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** An HTTP server on a free loopback port. */
async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

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
    await using opened = await openTintype()
    await using server = await serve(opened.tintype.listener)
    await expectWorking(opened.tintype, server.url)
    const answer = await fetch(`${server.url}/nothing`)
    expect([answer.status, (await answer.json()).code]).toEqual([404, 'ROUTE_NOT_FOUND'])
  })
})
