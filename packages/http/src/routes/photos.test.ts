import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Caller, openCaller } from '@tintype/contract'
import { makeImage } from '@tintype/imaging/testing'
import Koa from 'koa'
import { expect, test } from 'vitest'
import { createAccess } from '../access/access.ts'
import type { KoaState } from '../state.ts'
import { openTestPhotos } from '../testing/open-test-photos.ts'
import { createUploadSlots } from '../upload-slots.ts'
import { uploadRoutes } from './photos.ts'

const limits = {
  maxUploadByteSize: 1024 * 1024,
  allowedFormats: ['png'] as const,
  maxPixels: 1_000_000,
  maxAvifPixels: 1_000_000,
  maxSide: 10_000,
  maxFrames: 1,
  uploadIdleTimeoutMs: 60_000,
  minUploadBytesPerSecond: 0,
  slowUploadGraceMs: 60_000,
  maxUploadDurationMs: 60_000,
}

test('S-11b: the body of a caller with a key takes its turns by address, as its request did', async () => {
  await using one = await openTestPhotos(limits)
  const key: Caller = { ...openCaller, kind: 'key', id: 'key:1' }
  const shares = new Set<string>()
  const routes = uploadRoutes({
    photos: one.photos,
    uploadSlots: createUploadSlots(1),
    thread: {
      isAlone: (share) => !shares.add(share),
      run: (share, task) => {
        shares.add(share)
        task()
      },
    },
    limits,
    stopping: new AbortController().signal,
    publicPath: '',
    access: createAccess({ isLoopback: true, isOpen: false, corsOrigins: [] }),
  })
  const app = new Koa<KoaState>()
  app.use(async (ctx, next) => {
    ctx.state.tintype = { requestId: 'test', logError() {}, caller: key, route: '' }
    await next()
  })
  app.use(routes.routes())
  const server = createServer(app.callback()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const body = await makeImage({ width: 40, height: 30, format: 'png' })
  const headers = { 'Content-Type': 'image/png', Connection: 'close' }
  const answer = await fetch(`http://127.0.0.1:${port}/photos`, { method: 'POST', headers, body })
  server.close()
  expect([answer.status, ...shares]).toEqual([201, '127.0.0.1'])
})
