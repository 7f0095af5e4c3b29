import { execFileSync } from 'node:child_process'
import { rename } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test, vi } from 'vitest'
import { canLimitMemory, openControlGroup } from '../support/control-group.ts'
import { startTintype } from '../support/start-tintype.ts'
import {
  ask,
  expectPhoto,
  expectProblem,
  postBytes,
  readMetric,
  settled,
  waiting,
} from '../support/uploads.ts'
import { createSamplePhotos, sha256 } from './sample-photos.ts'

test('B164: a media directory that is unplugged is 503, for readiness too; plugged in again, it works', async () => {
  const makeSample = await createSamplePhotos()
  await using tintype = await startTintype()
  const photo = expectPhoto(await postBytes(tintype, makeSample(1, 2000).bytes()))
  await settled(tintype)
  const media = join(tintype.dataDirectory, 'media')
  await rename(media, `${media}-unplugged`)

  expectProblem(await postBytes(tintype, makeSample(2, 2000).bytes()), 503, 'STORAGE_UNAVAILABLE')
  expectProblem(await ask(tintype, photo.url), 503, 'STORAGE_UNAVAILABLE')
  expect((await ask(tintype, '/readyz')).status).toBe(503)
  expect((await ask(tintype, '/healthz')).status).toBe(200)

  await rename(`${media}-unplugged`, media)
  expect(sha256((await ask(tintype, photo.url)).body)).toBe(photo.sha256)
  await vi.waitFor(async () => expect((await ask(tintype, '/readyz')).status).toBe(200), waiting)
  expectPhoto(await postBytes(tintype, makeSample(3, 2000).bytes()))
})

describe.skipIf(process.platform !== 'linux')('file descriptors that have run out (needs prlimit)', () => {
  test('B163: uploads are 503 with Retry-After; the server keeps running and recovers', async () => {
    const makeSample = await createSamplePhotos()
    await using tintype = await startTintype()
    const photo = expectPhoto(await postBytes(tintype, makeSample(1, 2000).bytes()))
    await ask(tintype, photo.thumbnail.url)
    const limitTo = (count: number) =>
      execFileSync('prlimit', ['--pid', String(tintype.pid), `--nofile=${count}:`])

    // A connection that is open needs no descriptor; what the upload opens does.
    const open = await openKeptAlive(tintype.url)
    limitTo(3) // no number below that is free, whatever is closed in the meantime
    const refused = await open.upload(makeSample(2, 2000).bytes())
    expect(refused).toMatch(/^HTTP\/1\.1 503 /)
    expect(refused).toMatch(/\r\nRetry-After: \d+\r\n/i)
    expect(refused).toContain('"OVERLOADED"')
    limitTo(1024)
    open.socket.destroy()

    expect(await tintype.staged()).toEqual([])
    expect(sha256((await ask(tintype, photo.url)).body)).toBe(photo.sha256)
    expectPhoto(await postBytes(tintype, makeSample(3, 2000).bytes()))
  })
})

describe.skipIf(!canLimitMemory)('a container of 512 MiB (needs control groups that can be written)', () => {
  test('S-10 two sound AVIFs of 24 megapixels at once are stored, or 503 for now; they are never called broken', async () => {
    await using group = await openControlGroup({ memoryByteSize: 512 * 1024 * 1024 })
    await using tintype = await startTintype({ enter: group.enter, env: { MALLOC_ARENA_MAX: '2' } })
    const create = { width: 6000, height: 4000, channels: 3, background: '#336699' } as const
    const avif = await sharp({ create }).avif({ effort: 0 }).toBuffer()
    const upload = () => postBytes(tintype, avif, { headers: { 'Content-Type': 'image/avif' } })
    for (const answer of await Promise.all([upload(), upload()])) {
      if (answer.status === 201) continue
      expectProblem(answer, 503, 'OVERLOADED')
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]/)
    }
    const makeSample = await createSamplePhotos()
    expectPhoto(await postBytes(tintype, makeSample(1, 2000).bytes()))
    expect(await readMetric(tintype, 'tintype_decoders')).toBe(1)
  })
})

/** A connection that the server has accepted already. */
async function openKeptAlive(url: string) {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect(Number(port), hostname)
  const ask = (request: Uint8Array | string) =>
    new Promise<string>((resolve, reject) => {
      let text = ''
      const take = (chunk: Buffer) => {
        text += chunk
        const [head = '', body] = text.split('\r\n\r\n')
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
        if (body === undefined || Buffer.byteLength(body) < length) return
        socket.off('data', take)
        resolve(text)
      }
      socket.on('data', take).once('error', reject)
      socket.write(request)
    })
  await ask(`GET /healthz HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`)
  return {
    socket,
    upload: (bytes: Uint8Array) => {
      const head = `POST /photos HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: image/jpeg\r\n`
      return ask(Buffer.concat([Buffer.from(`${head}Content-Length: ${bytes.length}\r\n\r\n`), bytes]))
    },
  }
}
