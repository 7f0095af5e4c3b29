import { mkdir, mkdtempDisposable, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { fieldPart, filePart } from './support/multipart.ts'
import { openConnection, requestHead } from './support/raw-http.ts'
import { runServer } from './support/run-server.ts'
import { startTintype } from './support/start-tintype.ts'
import {
  ask,
  countPhotos,
  expectPhoto,
  expectProblem,
  originals,
  postBytes,
  postForm,
  waiting,
} from './support/uploads.ts'

let jpeg: Uint8Array

beforeAll(async () => {
  jpeg = await makeImage({ width: 80, height: 60, format: 'jpeg' })
})

const openDataDirectory = () => mkdtempDisposable(join(tmpdir(), 'tintype-'))

describe('B314 a server that cannot start reports the reason once and ends with 1', () => {
  test('naming every problem of its configuration', async () => {
    const { code, stdout, stderr } = await runServer({
      TINTYPE_PORT: 'eighty',
      TINTYPE_MAX_UPLOAD_SIZE: 'large',
      TINTYPE_DATA_DRI: '/tmp',
      TINTYPE_ALLOWED_FORMATS: 'svg',
    })
    expect([code, stdout]).toEqual([1, ''])
    for (const name of ['PORT', 'MAX_UPLOAD_SIZE', 'DATA_DRI', 'ALLOWED_FORMATS']) {
      expect(stderr).toContain(`TINTYPE_${name}`)
    }
    expect(stderr.trimEnd().split('\n')).toHaveLength(5)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test.each([
    {
      what: 's3 storage with a secret in its URL',
      env: { TINTYPE_STORAGE_URL: 's3://key:s3cret@host/bucket' },
      says: /no user and no password/,
    },
    {
      what: 'a PostgreSQL server without a database',
      env: { TINTYPE_DATABASE_URL: 'postgres://u:s3cret@host' },
      says: /TINTYPE_DATABASE_URL: expected postgres:/,
    },
    {
      what: 'an open server on an address that others reach',
      env: { TINTYPE_HOST: '0.0.0.0', TINTYPE_ACCESS: 'open' },
      says: /TINTYPE_OPEN/,
    },
    {
      what: 'a data directory that is a file',
      env: { TINTYPE_DATA_DIR: import.meta.filename },
      says: /cannot start: .*lifecycle\.test\.ts/,
    },
    {
      what: 'an address of another machine',
      env: { TINTYPE_HOST: '192.0.2.1', TINTYPE_OPEN: '1' },
      says: /192\.0\.2\.1/,
    },
  ])('$what', async ({ env, says }) => {
    await using data = await openDataDirectory()
    const { code, stdout, stderr } = await runServer({ TINTYPE_DATA_DIR: data.path, ...env })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(stderr).not.toContain('s3cret')
  })

  test('a port that is in use, before it makes a key and secrets', async () => {
    await using first = await startTintype()
    await using data = await openDataDirectory()
    const { port } = new URL(first.url)
    const { code, stderr } = await runServer({
      TINTYPE_DATA_DIR: data.path,
      TINTYPE_PORT: port,
      TINTYPE_ACCESS: 'closed',
    })
    expect(code).toBe(1)
    expect(stderr).toContain(port)
    expect(stderr).toMatch(/in use/)
    const made = await readdir(data.path)
    expect(made).not.toContain('admin-key')
    expect(made).not.toContain('signing-secrets')
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test('flags work like variables', async () => {
    const { code, stderr } = await runServer({}, ['--port', 'eighty'])
    expect(code).toBe(1)
    expect(stderr).toContain('--port')
  })
})

describe('starting on the data of an earlier process', () => {
  const id = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'
  const threeHoursAgo = new Date(Date.now() - 3 * 60 * 60 * 1000)

  async function plant(path: string, modifiedAt = new Date()) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, jpeg)
    await utimes(path, modifiedAt, modifiedAt)
  }

  test('B171 B172 sweeps staging and old orphans, and nothing else; no original is lost', async () => {
    await using data = await openDataDirectory()
    await (await startTintype({ dataDirectory: data.path })).stop()
    const staging = join(data.path, 'staging', '0123456789abcdef-0123456789abcdef')
    await plant(join(staging, 'one'))
    await plant(join(staging, 'two'))
    const media = join(data.path, 'media')
    await plant(join(media, 'originals/0193f6a', `${id}.jpg`), threeHoursAgo)
    await plant(join(media, 'renditions/0193f6a', `${id}.thumb.webp`), threeHoursAgo)
    const young = `originals/0193f6a/${id.replace(/4$/, '5')}.jpg`
    await plant(join(media, young))
    await plant(join(media, 'originals/0193f6a/notes.txt'), threeHoursAgo)

    await using tintype = await startTintype({ dataDirectory: data.path })
    const sweep = await tintype.logged((line) => line.event === 'sweep')
    expect(sweep).toMatchObject({ leftovers: 2, removed: 1, setAside: 1 })
    const aside = join(data.path, 'quarantine/originals/0193f6a', `${id}.jpg`)
    expect(await readFile(aside)).toEqual(Buffer.from(jpeg))
    expect(await tintype.staged()).toEqual([])
    expect((await tintype.blobs()).sort()).toEqual(['originals/0193f6a/notes.txt', young].sort())
  })

  test('B071 B167 an upload that kill -9 cut off is removed after the next start', async () => {
    await using data = await openDataDirectory()
    await using tintype = await startTintype({ dataDirectory: data.path })
    const photo = expectPhoto(await postBytes(tintype, jpeg))
    expect((await ask(tintype, photo.thumbnail.url)).status).toBe(200)
    using upload = await openConnection(tintype.url)
    const headers = { 'Content-Type': 'image/jpeg', 'Content-Length': 9_000_000 }
    await upload.write(requestHead('POST /photos', headers))
    await upload.write(Buffer.concat([jpeg, Buffer.alloc(4_000_000)]))
    await vi.waitFor(async () => expect(await tintype.staged()).toHaveLength(1), waiting)
    expect(await tintype.stop('SIGKILL')).toBe(null)
    expect(await tintype.staged()).toHaveLength(1)

    await using again = await startTintype({ dataDirectory: data.path })
    const sweep = await again.logged((line) => line.event === 'sweep')
    // Absent while the lease of the killed server still lasts: blobs are swept under it.
    expect([sweep.leftovers, sweep.removed ?? 0]).toEqual([1, 0])
    expect(await again.staged()).toEqual([])
    expect(await countPhotos(again)).toBe(1)
    expect(await originals(again)).toHaveLength(1)
    expect((await ask(again, photo.url)).body.equals(jpeg)).toBe(true)
  })
})

test('B155 the log has a line for each request, and nothing of its contents', async () => {
  await using tintype = await startTintype()
  const photo = expectPhoto(
    await postForm(tintype, [filePart(jpeg, 'secret-name.jpg'), fieldPart('title', 'secret-title')]),
  )
  expectPhoto(await postBytes(tintype, jpeg, { query: '?filename=secret-name.jpg&alt=secret-alt' }))
  const wrong = await postForm(tintype, [filePart('no image', 'secret-name.jpg')])
  const { requestId } = expectProblem(wrong, 400, 'NOT_AN_IMAGE')
  for (const path of [
    photo.url,
    photo.thumbnail.url,
    `/photos/${photo.id}`,
    '/secret-path',
    '/media/secret-name.jpg',
  ]) {
    await ask(tintype, path)
  }

  const line = await tintype.logged((one) => one.event === 'request' && one.requestId === requestId)
  expect(line).toEqual({
    level: 30,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    event: 'request',
    msg: 'request',
    requestId,
    client: expect.stringMatching(/^(?:127\.0\.0\.1|::1)$/),
    method: 'POST',
    route: '/photos',
    status: 400,
    bytesIn: expect.any(Number),
    bytesOut: wrong.body.length,
    durationMs: expect.any(Number),
  })
  await tintype.logged(
    (one) => one.event === 'refused' && one.requestId === requestId && one.code === 'NOT_AN_IMAGE',
  )
  const requests = () => tintype.log.filter((one) => one.event === 'request')
  await vi.waitFor(() => expect(requests()).toHaveLength(8), waiting)
  expect(requests().map(({ route }) => route)).toContain('/photos/:id')
  const text = JSON.stringify(tintype.log)
  expect(text).not.toContain('secret')
  expect(text).not.toContain(photo.id)
  expect(text).not.toContain(tintype.dataDirectory)
})
