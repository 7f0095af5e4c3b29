import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { link, mkdir, readdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { type IncomingMessage, get as openRequest } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { makeImage } from '@tintype/imaging/testing'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { urlAt } from './support/base-path.ts'
import { requestHead, sendRaw } from './support/raw-http.ts'
import { send } from './support/send.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { readMedia, uploadPhoto } from './support/upload.ts'
import { ask, expectProblem, type PhotoJson, waiting } from './support/uploads.ts'

let tintype: Tintype
let image: Uint8Array
beforeAll(async () => {
  tintype = await startTintype()
  image = await makeImage({ width: 64, height: 48, format: 'jpeg' })
})
afterAll(() => tintype[Symbol.asyncDispose]())

describe('paths that name nothing', () => {
  let photo: PhotoJson
  beforeAll(async () => {
    photo = await uploadPhoto(tintype.url, image)
  })

  /** `{id}` stands for a photo's id, `{shard}` for the directory on disk that its file is in. */
  const targets = `
    /media /media/ /media// /media/. /media/.. /media/... /media/.probe /media/.git/config /media/~ /media/*
    /media/{id} /media/{id}/ /media/{id}. /media/{id}.jpg/ /media/{id}.jpg. /media/{id}.jpg%00 /media/{id}.jpg%20
    /media/{id}.jpg;x /media/{id}.jpg:x /media/{id}.jpg::$DATA /media/{id}%2ejpg /media/{id}%252ejpg
    /media//{id}.jpg //media/{id}.jpg /media/./{id}.jpg /media/x/../{id}.jpg /media/{id}/../{id}.jpg
    /media/%2e/{id}.jpg /media/%2e%2e/media/{id}.jpg /media/..%2fmedia/{id}.jpg /media/..%5cmedia%5c{id}.jpg
    /media/..\\{id}.jpg /media/%252e%252e%252f{id}.jpg /media/%c0%ae%c0%ae/{id}.jpg /media/%ff /media/%zz /media/%
    /media/{ID}.jpg /MEDIA/{id}.jpg /Media/{id}.jpg /media/{id}.JPG /media/{id}.Jpg /media/{id}/THUMB.webp
    /media/{id}.jpeg /media/{id}.png /media/{id}.html /media/{id}.svg /media/{id}.jpg.html /media/{id}.jpg/thumb.webp
    /media/{id}/thumb /media/{id}/.webp /media/{id}/thumb.html /media/{id}/thumb.webp.html /media/{id}/thumb.gif
    /media/{id}/thumb/thumb.webp /media/{id}/th%75mb.webp /media/{id}/../{id}/thumb.webp /media/{id}/.thumb.webp
    /media/originals/{shard}/{id}.jpg /media/originals /media/renditions/{shard}/{id}.thumb.webp /media/x.html
    /media/../staging /media/../catalog.db /media/..%2f..%2f..%2fetc%2fpasswd /media/%2fetc%2fpasswd
    /media/staging/x /media/../../../../../../etc/passwd /static/../media/{id}.jpg /static/..%2fmedia%2f{id}.jpg
    /media-private/{id}.jpg /mediaX/{id}.jpg /media.bak/{id}.jpg /media%2f{id}.jpg /medi%61/{id}.jpg
    /media/00000000-0000-0000-0000-000000000000.jpg /media/{id}{id}.jpg /media/__proto__ /media/constructor.jpg
  `
  test.each(targets.trim().split(/\s+/))('B176–B180, B246: %s', async (pattern) => {
    const { id } = photo
    const shard = id.replaceAll('-', '').slice(0, 7)
    const target = pattern
      .replaceAll('{id}', id)
      .replaceAll('{ID}', id.toUpperCase())
      .replaceAll('{shard}', shard)
    const answer = await send(tintype.url, target, { headers: { 'if-none-match': '*', range: 'bytes=0-1' } })
    expect([400, 404]).toContain(answer.status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('B177, B281: for an absolute target or another port the path decides, and nothing fails', async () => {
    for (const line of [`GET http://evil.example${photo.url}?download`, `GET http://[${photo.url}`]) {
      const answer = await sendRaw(tintype.url, requestHead(line))
      expect([200, 400, 404]).toContain(answer.status)
    }
    const head = requestHead(`GET ${photo.url}?download`, { Host: 'localhost:99999' })
    expect((await sendRaw(tintype.url, head)).status).toBe(200)
    const upload = { 'Content-Type': 'image/jpeg', 'Content-Length': 0 }
    for (const [line, host] of [
      ['POST /photos', 'localhost:99999'],
      ['POST http://localhost/photos?filename=a.jpg', 'localhost'],
    ] as const) {
      const answer = await sendRaw(tintype.url, requestHead(line, { ...upload, Host: host }))
      expectProblem(answer, 400, 'EMPTY_FILE')
    }
  })
})

describe("files changed behind the server's back", () => {
  let photo: PhotoJson
  let file: string
  let outside: string
  beforeEach(async () => {
    photo = await uploadPhoto(tintype.url, image)
    const blob = (await tintype.blobs()).find((one) => one.endsWith(`/${photo.id}.jpg`)) ?? ''
    file = join(tintype.dataDirectory, 'media', blob)
    outside = join(tintype.dataDirectory, `outside-${photo.id}.jpg`)
    await writeFile(outside, image)
  })

  const bothWays = async () => [
    await ask(tintype, photo.url),
    await ask(tintype, photo.url, { method: 'HEAD' }),
    await ask(tintype, photo.url, { headers: { Range: 'bytes=0-1' } }),
  ]

  async function expectGone() {
    const [whole, head, part] = await bothWays()
    for (const answer of [whole, part]) if (answer) expectProblem(answer, 404, 'PHOTO_NOT_FOUND')
    expect([head?.status, head?.headers.get('cache-control')]).toEqual([404, 'no-store'])
  }

  test('B181: photos whose bytes are missing are not found, and everything else works', async () => {
    await rm(file)
    await expectGone()
    expectProblem(await ask(tintype, photo.url.replace('.jpg', '/w160.png')), 404, 'PHOTO_NOT_FOUND')
    expect((await ask(tintype, '/healthz')).status).toBe(200)
  })

  test('B173: a symbolic link to any target is not followed', async () => {
    for (const lead of [outside, '/etc/passwd', join(tintype.dataDirectory, 'nothing'), '.']) {
      await rm(file)
      await symlink(lead, file)
      await expectGone()
    }
  })

  test('B173: a link in the middle of a path is not followed either', async () => {
    const directory = join(file, '..')
    const moved = join(tintype.dataDirectory, `moved-${photo.id}`)
    await rename(directory, moved)
    await symlink(moved, directory)
    const answers = await bothWays()
    await rm(directory)
    await rename(moved, directory)
    for (const { status } of answers) expect([404, 503]).toContain(status)
    expect((await readMedia(tintype.url, photo.url)).equals(image)).toBe(true)
  })

  test('B174: the server never waits for something that is not a file', async () => {
    await rm(file)
    execFileSync('mkfifo', [file])
    await expectGone()
    await rm(file)
    await mkdir(file)
    await expectGone()
    await rm(file, { recursive: true })
  })

  test('B175, B182: bytes of another length are foreign and never sent', async () => {
    for (const content of [image.subarray(0, 100), Buffer.concat([image, image]), '']) {
      await writeFile(file, content)
      const [whole, head, part] = await bothWays()
      for (const answer of [whole, part]) if (answer) expectProblem(answer, 500, 'INTERNAL')
      expect(head?.status).toBe(500)
    }
    await rm(file)
    await link(outside, file)
    expect((await readMedia(tintype.url, photo.url)).equals(image)).toBe(true)
  })

  test('B156: a deleted photo is not found by caches either', async () => {
    const { headers } = await ask(tintype, photo.url)
    expect((await ask(tintype, `/photos/${photo.id}`, { method: 'DELETE' })).status).toBe(204)
    for (const path of [photo.url, photo.thumbnail.url, photo.url.replace('.jpg', '/w160.webp')]) {
      for (const condition of [{ 'If-None-Match': headers.get('etag') ?? '' }, { 'If-None-Match': '*' }]) {
        expectProblem(await ask(tintype, path, { headers: condition }), 404, 'PHOTO_NOT_FOUND')
      }
    }
  })
})

describe('large files', () => {
  let large: Buffer
  beforeAll(async () => {
    // Noise in an uncompressed PNG: larger than all buffers between client and server.
    const raw = { width: 2600, height: 2600, channels: 3 } as const
    large = await sharp(randomBytes(2600 * 2600 * 3), { raw })
      .png({ compressionLevel: 0 })
      .toBuffer()
  })

  async function openDownload(path: string): Promise<IncomingMessage> {
    const [answer] = await once(openRequest(urlAt(tintype.url, path), { agent: false }), 'response')
    return answer
  }

  test('B268: a photo deleted while it is sent is sent to its end', async () => {
    const photo = await uploadPhoto(tintype.url, large)
    const download = await openDownload(photo.url)
    expect((await ask(tintype, `/photos/${photo.id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await buffer(download)).equals(large)).toBe(true)
  })

  test('B182: a file cut off while it is sent cuts off the answer: never padding', async () => {
    const photo = await uploadPhoto(tintype.url, large)
    const blob = (await tintype.blobs()).find((one) => one.endsWith(`/${photo.id}.png`)) ?? ''
    const download = await openDownload(photo.url)
    expect(download.headers['content-length']).toBe(String(large.length))
    await truncate(join(tintype.dataDirectory, 'media', blob), large.length - 65_536)
    const chunks: Buffer[] = []
    const readAll = async () => {
      for await (const chunk of download) chunks.push(chunk)
    }
    await expect(readAll()).rejects.toThrow('aborted')
    const received = Buffer.concat(chunks)
    expect(received.length).toBeLessThan(large.length)
    expect(received.equals(large.subarray(0, received.length))).toBe(true)
    expect((await ask(tintype, '/healthz')).status).toBe(200)
  })

  test.runIf(process.platform === 'linux')('B185: files are closed when clients leave', async () => {
    const photo = await uploadPhoto(tintype.url, large)
    const openFiles = async () => (await readdir(`/proc/${tintype.pid}/fd`)).length
    await readMedia(tintype.url, photo.thumbnail.url)
    const before = await openFiles()
    for (let round = 0; round < 10; round++) {
      const downloads = await Promise.all(Array.from({ length: 20 }, () => openDownload(photo.url)))
      for (const download of downloads) download.destroy()
    }
    await expect.poll(openFiles, waiting).toBeLessThanOrEqual(before)
    expect((await readMedia(tintype.url, photo.url)).equals(large)).toBe(true)
  })
})
