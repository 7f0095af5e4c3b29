import { once } from 'node:events'
import { mkdtempDisposable, readdir, readlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { targetAt } from './support/base-path.ts'
import { listChildren } from './support/list-children.ts'
import { type Connection, openConnection, requestHead } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import {
  ask,
  countPhotos,
  expectPhoto,
  expectProblem,
  originals,
  postBytes,
  readMetric,
  settled,
  waiting,
} from './support/uploads.ts'

let jpeg: Uint8Array

beforeAll(async () => {
  jpeg = await makeImage({ width: 80, height: 60, format: 'jpeg' })
})

const openDataDirectory = () => mkdtempDisposable(join(tmpdir(), 'tintype-'))

/** Begins an upload and stops half-way; resolves when the server has begun to read it. */
async function beginUpload(tintype: Tintype): Promise<Connection> {
  const connection = await openConnection(tintype.url)
  await connection.write(
    requestHead('POST /photos', { 'Content-Type': 'image/jpeg', 'Content-Length': jpeg.length }),
  )
  await connection.write(jpeg.subarray(0, 500))
  await vi.waitFor(async () => {
    expect((await ask(tintype, '/metrics')).body.toString()).toMatch(/^tintype_uploads_in_flight 1$/m)
  }, waiting)
  return connection
}

async function beginStopping(tintype: Tintype): Promise<void> {
  process.kill(tintype.pid, 'SIGTERM')
  await tintype.logged((line) => line.event === 'stopping')
}

async function signalDecoders(tintype: Tintype, signal: NodeJS.Signals): Promise<void> {
  for (const pid of await listChildren(tintype.pid)) process.kill(Number(pid), signal)
}

describe('stopping', () => {
  test('with a drain delay uploads are accepted while balancers learn that the server stops; a second signal ends the delay', async () => {
    await using tintype = await startTintype({ env: { TINTYPE_DRAIN_DELAY: '10m' } })
    process.kill(tintype.pid, 'SIGTERM')
    await tintype.logged((line) => line.event === 'draining')
    for (const path of ['/readyz', '/readyz/node']) expect((await ask(tintype, path)).status).toBe(503)
    expect((await ask(tintype, '/healthz')).status).toBe(200)
    expectPhoto(await postBytes(tintype, jpeg))
    expect(await tintype.stop('SIGTERM')).toBe(0)
  })

  test('B308 lets running uploads finish, accepts no more, and exits with 0', async () => {
    await using data = await openDataDirectory()
    await using tintype = await startTintype({ dataDirectory: data.path })
    using upload = await beginUpload(tintype)
    using late = await openConnection(tintype.url)
    await late.write(`POST ${targetAt(tintype.url, '/photos')} HTTP/1.1\r\n`)
    await beginStopping(tintype)

    await expect(fetch(`${tintype.url}/healthz`)).rejects.toThrow('fetch failed')
    await late.write('Host: localhost\r\nContent-Type: image/jpeg\r\nContent-Length: 5000\r\n\r\n')
    const refused = await late.answer()
    expectProblem(refused, 503, 'OVERLOADED')
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    late.end()

    await upload.write(jpeg.subarray(500))
    const answer = await upload.answer()
    const photo = expectPhoto(answer)
    expect(answer.headers.get('connection')).toBe('close')
    await upload.ended
    expect(await tintype.stop('SIGCONT')).toBe(0)
    expect(tintype.log.at(-1)?.event).toBe('stopped')

    await using again = await startTintype({ dataDirectory: data.path })
    expect((await ask(again, photo.url)).body.equals(jpeg)).toBe(true)
    expect(JSON.parse((await ask(again, `/photos/${photo.id}`)).body.toString())).toEqual(photo)
  })

  test('an idle connection does not delay it', async () => {
    await using tintype = await startTintype()
    using connection = await openConnection(tintype.url)
    await connection.write(requestHead('GET /healthz'))
    expect((await connection.answer()).status).toBe(200)
    expect(await tintype.stop('SIGINT')).toBe(0)
    expect(await connection.ended).toHaveLength(0)
  })

  test.skipIf(process.platform !== 'linux')(
    'B308 a download that is read slowly, and a rendition being made, are finished first (needs /proc)',
    async () => {
      await using tintype = await startTintype()
      const filler = Buffer.alloc(12 * 1024 * 1024)
      const photo = expectPhoto(await postBytes(tintype, Buffer.concat([jpeg, filler])))
      await settled(tintype)
      const { hostname, port } = new URL(tintype.url)
      const slow = connect(Number(port), hostname)
      slow.write(requestHead(`GET ${photo.url}`))
      const [first] = (await once(slow, 'data')) as [Buffer]
      slow.pause()
      // The decoder is stopped until the server stops, so the rendition is still running then, even if it is fast.
      await signalDecoders(tintype, 'SIGSTOP')
      using rendition = await openConnection(tintype.url)
      await rendition.write(requestHead(`GET ${photo.url.replace(/\.jpg$/, '/preview.webp')}`))
      await vi.waitFor(
        async () => expect(await readMetric(tintype, 'tintype_decodes_active')).toBe(1),
        waiting,
      )
      await beginStopping(tintype)
      await signalDecoders(tintype, 'SIGCONT')

      expect((await rendition.answer()).status).toBe(200)
      await rendition.ended
      let byteSize = first.length - first.indexOf('\r\n\r\n') - 4
      for await (const chunk of slow) byteSize += (chunk as Buffer).length
      expect(byteSize).toBe(photo.byteSize)
      expect(await tintype.stop('SIGCONT')).toBe(0)
      expect(tintype.log.at(-1)?.event).toBe('stopped')
    },
  )

  test.skipIf(process.platform !== 'linux')(
    'B308 a client that never reads its answer does not outlast the second signal (needs /proc)',
    async () => {
      await using tintype = await startTintype()
      const photo = expectPhoto(
        await postBytes(tintype, Buffer.concat([jpeg, Buffer.alloc(20 * 1024 * 1024)])),
      )
      const { hostname, port } = new URL(tintype.url)
      const deaf = connect(Number(port), hostname).pause()
      deaf.on('error', () => {})
      deaf.write(requestHead(`GET ${photo.url}`))
      await vi.waitFor(async () => {
        const descriptors = await readdir(`/proc/${tintype.pid}/fd`)
        const targets = await Promise.all(
          descriptors.map((fd) => readlink(`/proc/${tintype.pid}/fd/${fd}`).catch(() => '')),
        )
        expect(targets.some((target) => target.endsWith(`${photo.id}.jpg`))).toBe(true)
      }, waiting)
      await beginStopping(tintype)
      expect(await tintype.stop('SIGTERM')).toBe(0)
      deaf.destroy()
    },
  )

  test.skipIf(process.platform !== 'linux')(
    'an upload that waits for a decoder when the server stops gets 503 OVERLOADED, not 500 (needs /proc)',
    async () => {
      await using tintype = await startTintype({ cores: '0' })
      expectPhoto(await postBytes(tintype, jpeg))
      await settled(tintype)
      await signalDecoders(tintype, 'SIGSTOP')
      const answers = [postBytes(tintype, jpeg), postBytes(tintype, jpeg)]
      await vi.waitFor(async () => {
        expect(await readMetric(tintype, 'tintype_decodes_active')).toBe(1)
        expect(await readMetric(tintype, 'tintype_decodes_queued')).toBe(1)
      }, waiting)
      await beginStopping(tintype)
      process.kill(tintype.pid, 'SIGTERM')
      const first = await Promise.race(answers)
      await signalDecoders(tintype, 'SIGCONT')
      for (const answer of [first, ...(await Promise.all(answers))]) expectProblem(answer, 503, 'OVERLOADED')
      expect(await tintype.stop('SIGCONT')).toBe(0)
      expect(await tintype.staged()).toEqual([])
      expect(await originals(tintype)).toHaveLength(1)
    },
  )

  test('B309 a second signal ends running uploads at once, and loses no acknowledged photo', async () => {
    await using data = await openDataDirectory()
    await using tintype = await startTintype({ dataDirectory: data.path })
    const photo = expectPhoto(await postBytes(tintype, jpeg))
    using upload = await beginUpload(tintype)
    await beginStopping(tintype)
    process.kill(tintype.pid, 'SIGTERM')
    expectProblem(await upload.answer(), 503, 'OVERLOADED')
    expect(await tintype.stop('SIGCONT')).toBe(0)
    expect(await tintype.staged()).toEqual([])

    await using again = await startTintype({ dataDirectory: data.path })
    expect((await ask(again, photo.url)).body.equals(jpeg)).toBe(true)
    expect(await countPhotos(again)).toBe(1)
    expect(await originals(again)).toHaveLength(1)
  })
})
