import { randomUUID } from 'node:crypto'
import { mkdtempDisposable, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import { type BlobKey, type BlobStore, parseBlobKey } from '@tintype/storage'
import { openS3BlobStore } from '@tintype/storage/drivers/s3'
import { describe, expect, test } from 'vitest'
import { keysOf, makeBytes, useS3 } from '../support/open-s3.ts'
import { readFindings } from '../support/run-command.ts'
import { runServer } from '../support/run-server.ts'
import { hasS3 } from '../support/start-s3.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { readMedia, uploadPhoto } from '../support/upload.ts'
import { ask, expectProblem, type PhotoJson } from '../support/uploads.ts'

describe.skipIf(!hasS3)('the server with photos in a real S3 engine', () => {
  const { engine } = useS3()

  /** A library of one test: a data directory, and a prefix of the bucket. */
  async function openLibrary() {
    await using opening = new AsyncDisposableStack()
    const home = opening.use(await mkdtempDisposable(join(tmpdir(), 'tintype-s3-data-')))
    const { bucket, endpoint } = engine()
    const prefix = `${randomUUID()}/`
    const store = (part: string) =>
      openS3BlobStore({ bucket, endpoint, prefix: `${prefix}${part}/`, isPathStyle: true })
    const blobs: BlobStore = opening.use(await store('media'))
    const env = {
      TINTYPE_DATA_DIR: home.path,
      TINTYPE_STORAGE_URL: `s3://${bucket}/${prefix}?endpoint=${endpoint}`,
    }
    const owned = opening.move()
    return {
      ...{ env, blobs, dataDirectory: home.path, openQuarantine: () => store('quarantine') },
      start: () => startTintype({ env, dataDirectory: home.path }),
      run: (...args: string[]) => runServer(env, args),
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    }
  }

  async function firstRendition(blobs: BlobStore) {
    for await (const { key, byteSize } of blobs.list('renditions/')) return { name: key, size: byteSize }
    throw new Error('there is no rendition')
  }

  const keyOf = ({ id }: PhotoJson): BlobKey => parseBlobKey(`originals/${id.slice(0, 7)}/${id}.jpg`)
  const picture = (width = 1200) => makeImage({ width, height: 800, format: 'jpeg' })
  const get = (tintype: Tintype, path: string, headers: Record<string, string> = {}) =>
    ask(tintype, path, { headers })

  test('a photo is taken, served, shown small, and deleted', async () => {
    await using library = await openLibrary()
    await using tintype = await library.start()
    const bytes = await picture()
    const photo = await uploadPhoto(tintype.url, bytes, { filename: 'cat.jpg' })
    expect(await keysOf(library.blobs, 'originals/')).toEqual([keyOf(photo)])
    expect(await readMedia(tintype.url, photo.url)).toEqual(Buffer.from(bytes))
    const whole = await get(tintype, photo.url)
    const part = await get(tintype, photo.url, { range: 'bytes=10-19' })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${bytes.byteLength}`])
    expect(part.body).toEqual(Buffer.from(bytes).subarray(10, 20))
    const etag = whole.headers.get('etag') ?? ''
    expect((await get(tintype, photo.url, { 'if-none-match': etag })).status).toBe(304)
    const outside = await get(tintype, photo.url, { range: `bytes=${bytes.byteLength}-` })
    expect(outside.status).toBe(416)
    for (const path of [photo.thumbnail.url, `/media/${photo.id}/w320.webp`, `/media/${photo.id}/w640.avif`])
      expect((await readMedia(tintype.url, path)).byteLength).toBeGreaterThan(100)
    const deleted = await fetch(`${tintype.url}/photos/${photo.id}`, { method: 'DELETE' })
    expect(deleted.status).toBe(204)
    expect((await get(tintype, photo.url)).status).toBe(404)
    expect(await keysOf(library.blobs, '')).toEqual([])
  })

  test('B208 a photo whose object is gone is not found', async () => {
    await using library = await openLibrary()
    await using tintype = await library.start()
    const photo = await uploadPhoto(tintype.url, await picture())
    await library.blobs.delete(keyOf(photo))
    await expectProblem(await get(tintype, photo.url), 404, 'PHOTO_NOT_FOUND')
  })

  test('an engine that is killed and started again costs no acknowledged photo and no restart', async () => {
    await using library = await openLibrary()
    await using tintype = await library.start()
    const old = await uploadPhoto(tintype.url, await picture(1000))
    const files = await Promise.all([1010, 1020, 1030, 1040, 1050, 1060, 1070, 1080].map(picture))
    const send = (bytes: Uint8Array, key: string) =>
      ask(tintype, '/photos', {
        method: 'POST',
        body: new Uint8Array(bytes),
        headers: { 'content-type': 'image/jpeg', 'idempotency-key': key },
      })
    const keys = files.map(() => randomUUID())
    const sending = files.map((bytes, at) => send(bytes, keys[at] ?? ''))
    await Promise.race(sending)
    engine().killGateway()
    await using _restarted = { [Symbol.asyncDispose]: () => engine().restartGateway() }
    const answers = await Promise.all(sending)
    for (const answer of answers)
      if (answer.status !== 201) await expectProblem(answer, 503, 'STORAGE_UNAVAILABLE')
    await expectProblem(await send(await picture(900), randomUUID()), 503, 'STORAGE_UNAVAILABLE')
    await expectProblem(await get(tintype, old.url, { range: 'bytes=0-9' }), 503, 'STORAGE_UNAVAILABLE')
    expect((await ask(tintype, '/readyz')).status).toBe(503)

    await engine().restartGateway()
    for (const [at, bytes] of files.entries()) {
      const answer = await send(bytes, keys[at] ?? '')
      expect([200, 201]).toContain(answer.status)
      const photo = JSON.parse(answer.body.toString()) as PhotoJson
      expect(await readMedia(tintype.url, photo.url)).toEqual(Buffer.from(bytes))
    }
    expect((await readMedia(tintype.url, old.url)).byteLength).toBeGreaterThan(1000)
    expect(JSON.stringify(tintype.log)).not.toContain(engine().secretKey)
  })

  test('photos outlast the server, and a lost catalog beside them is refused', async () => {
    await using library = await openLibrary()
    const bytes = await picture()
    let photo: PhotoJson
    {
      await using tintype = await library.start()
      photo = await uploadPhoto(tintype.url, bytes)
    }
    {
      await using tintype = await library.start()
      expect(await readMedia(tintype.url, photo.url)).toEqual(Buffer.from(bytes))
    }
    await rm(library.dataDirectory, { recursive: true })
    const { code, stderr } = await library.run()
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/tintype\.db is missing, but there are photos in the bucket "tintype-test"/)
  })

  test('doctor compares the bucket, and puts broken photos into its quarantine', async () => {
    await using library = await openLibrary()
    let photo: PhotoJson
    {
      await using tintype = await library.start()
      photo = await uploadPhoto(tintype.url, await picture())
      await uploadPhoto(tintype.url, await picture(900))
    }
    for (const [args, compared] of [
      [[], 'only sizes'],
      [['--bytes'], '\\d.* KB'],
    ] as const)
      expect(await library.run('doctor', ...args)).toEqual({
        code: 0,
        stdout: expect.stringMatching(new RegExp(`^2 photos, ${compared} compared: nothing is wrong\n$`)),
        stderr: '',
      })
    const { size, name } = await firstRendition(library.blobs)
    await library.blobs.put(name, makeBytes(size), { contentType: 'image/webp', ifExists: 'replace' })
    expect((await library.run('doctor')).code).toBe(0)
    expect((await library.run('doctor', '--bytes', '--repair')).stdout).toMatch(/1 finding, 1 repaired/)
    const garbage = makeBytes(1000)
    await library.blobs.put(keyOf(photo), garbage, { contentType: 'image/jpeg', ifExists: 'replace' })
    const ending = await library.run('doctor', '--repair', '--delete-broken-photos', '--json')
    expect(ending).toMatchObject({ code: 0, stderr: '' })
    expect(readFindings(ending).summary).toMatchObject({ photos: 2, left: 0 })
    await using quarantine = await library.openQuarantine()
    expect((await keysOf(quarantine, '')).sort()).toEqual([`${photo.id}.jpg`, `${photo.id}.json`])
    expect(await library.run('doctor')).toMatchObject({ code: 0, stderr: '' })
  })

  test('a backup of the bucket restores on a disk', async () => {
    await using library = await openLibrary()
    const bytes = await picture()
    let photo: PhotoJson
    {
      await using tintype = await library.start()
      photo = await uploadPhoto(tintype.url, bytes)
    }
    const target = join(library.dataDirectory, '..', `backup-${randomUUID()}`)
    const restored = join(library.dataDirectory, '..', `restored-${randomUUID()}`)
    try {
      expect(await library.run('backup', target)).toMatchObject({ code: 0 })
      expect(await runServer({ TINTYPE_DATA_DIR: restored }, ['restore', target])).toMatchObject({ code: 0 })
      await using tintype = await startTintype({ dataDirectory: restored })
      expect(await readMedia(tintype.url, photo.url)).toEqual(Buffer.from(bytes))
    } finally {
      for (const directory of [target, restored]) await rm(directory, { recursive: true, force: true })
    }
  })

  test('B207, B212 a start that cannot work ends with one line, and no secret is in it', async () => {
    await using library = await openLibrary()
    const { endpoint, bucket, secretKey } = engine()
    const start = (env: Record<string, string>) => runServer({ ...library.env, ...env })
    const endings = [
      [await start({ TINTYPE_STORAGE_URL: `s3://no-such-bucket?endpoint=${endpoint}` }), /does not exist/],
      [await start({ AWS_SECRET_ACCESS_KEY: 'hunter2' }), /the credentials are refused/],
      [
        await start({
          TINTYPE_STORAGE_URL: `s3://${bucket}?endpoint=${endpoint.replace('http:', 'https:')}`,
        }),
        /does not speak TLS/,
      ],
    ] as const
    for (const [{ code, stdout, stderr }, expected] of endings) {
      expect(code).not.toBe(0)
      expect(stderr).toMatch(expected)
      for (const secret of ['hunter2', secretKey]) expect(stdout + stderr).not.toContain(secret)
    }
  })
})
