import { mkdtempDisposable, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasPostgres, type RunningPostgres, startPostgres } from '@tintype/catalog/testing'
import { createTintypeClient } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readFindings } from '../support/run-command.ts'
import { runServer } from '../support/run-server.ts'
import { startTintype } from '../support/start-tintype.ts'
import { readMedia, uploadPhoto } from '../support/upload.ts'
import { waiting } from '../support/uploads.ts'

describe.skipIf(!hasPostgres)('a server on disk and PostgreSQL', () => {
  let postgres: RunningPostgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres?.[Symbol.asyncDispose]())

  test('stores, lists, searches, serves and deletes a photo, and keeps it from one start to the next', async () => {
    await using data = await mkdtempDisposable(join(tmpdir(), 'tintype-'))
    const env = { TINTYPE_DATABASE_URL: await postgres.createDatabase() }
    const bytes = await makeImage({ width: 800, height: 600, format: 'jpeg' })
    let id: string
    {
      await using tintype = await startTintype({ env, dataDirectory: data.path })
      const photo = await uploadPhoto(tintype.url, bytes, { title: 'A Harbour', tags: ['sea'] })
      id = photo.id
      expect(await readMedia(tintype.url, photo.url)).toStrictEqual(Buffer.from(bytes))
    }
    await using tintype = await startTintype({ env, dataDirectory: data.path })
    const client = createTintypeClient({ url: tintype.url })
    const photo = await client.photos.get.query({ id })
    for (const query of [{}, { tag: 'sea' }, { search: 'harbour' }, { search: 'ha' }])
      expect((await client.photos.list.query(query)).photos).toStrictEqual([photo])
    expect((await client.photos.list.query({ search: 'haven' })).photos).toStrictEqual([])
    expect(await readMedia(tintype.url, new URL(photo.thumbnail.url).pathname)).not.toHaveLength(0)
    expect(await client.photos.update.mutate({ id, title: 'A Haven' })).toMatchObject({ title: 'A Haven' })
    await client.photos.delete.mutate({ id })
    expect((await client.photos.list.query({})).photos).toStrictEqual([])
    expect(await tintype.blobs()).toStrictEqual([])
  })

  test('B196 answers 503 while PostgreSQL is away, and works again when it is back', async () => {
    await using own = await startPostgres()
    await using tintype = await startTintype({ env: { TINTYPE_DATABASE_URL: await own.createDatabase() } })
    const bytes = await makeImage({ width: 80, height: 60, format: 'jpeg' })
    const kept = await uploadPhoto(tintype.url, bytes)
    await own.stop('SIGKILL')
    const refused = await fetch(`${tintype.url}/photos`, {
      method: 'POST',
      headers: { 'Content-Type': 'image/jpeg' },
      body: new Uint8Array(bytes),
    })
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await refused.json()).toMatchObject({ code: 'CATALOG_UNAVAILABLE' })
    expect((await fetch(`${tintype.url}/readyz`)).status).toBe(503)
    await own.start()
    const next = await uploadPhoto(tintype.url, bytes)
    // a result of readiness is kept for 2 s
    await vi.waitFor(async () => expect((await fetch(`${tintype.url}/readyz`)).status).toBe(200), waiting)
    const { photos } = await createTintypeClient({ url: tintype.url }).photos.list.query({})
    expect(photos.map(({ id }) => id)).toStrictEqual([next.id, kept.id])
  })

  test('B193 does not start with a new database beside photos', async () => {
    await using data = await mkdtempDisposable(join(tmpdir(), 'tintype-'))
    const env = { TINTYPE_DATABASE_URL: await postgres.createDatabase() }
    {
      await using tintype = await startTintype({ env, dataDirectory: data.path })
      await uploadPhoto(tintype.url, await makeImage({ width: 80, height: 60, format: 'jpeg' }))
    }
    for (const url of [`${env.TINTYPE_DATABASE_URL}?schema=other`, await postgres.createDatabase()]) {
      const ending = await runServer({ TINTYPE_DATABASE_URL: url, TINTYPE_DATA_DIR: data.path })
      expect(ending).toMatchObject({ code: 1, stdout: '' })
      expect(ending.stderr).toMatch(/The database is new, but there are photos in/)
      expect(ending.stderr).not.toContain('secret')
    }
    await using again = await startTintype({ env, dataDirectory: data.path })
    expect((await createTintypeClient({ url: again.url }).photos.list.query({})).photos).toHaveLength(1)
  })

  test('doctor compares rows and files, repairs beside the server, and creates nothing', async () => {
    await using data = await mkdtempDisposable(join(tmpdir(), 'tintype-'))
    const env = { TINTYPE_DATABASE_URL: await postgres.createDatabase(), TINTYPE_DATA_DIR: data.path }
    const doctor = (more: Record<string, string>, ...args: string[]) =>
      runServer({ ...env, ...more }, ['doctor', ...args])
    await using tintype = await startTintype({ env, dataDirectory: data.path })
    const photo = await uploadPhoto(tintype.url, await makeImage({ width: 80, height: 60, format: 'jpeg' }))
    await readMedia(tintype.url, photo.thumbnail.url)
    expect(await doctor({})).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^1 photos, .* nothing is wrong/),
    })

    const thumbnail = (await tintype.blobs()).find((blob) => blob.endsWith('.thumb.webp')) ?? ''
    await rm(join(data.path, 'media', thumbnail))
    const found = await doctor({}, '--json')
    expect(found.code).toBe(1)
    expect(readFindings(found).findings).toMatchObject([{ subject: 'rendition', problem: 'missing' }])
    await using scratch = await mkdtempDisposable(join(tmpdir(), 'tintype-'))
    const own = { TINTYPE_DATA_DIR: scratch.path, TINTYPE_STORAGE_URL: `file://${data.path}/media` }
    expect(await doctor(own, '--repair')).toMatchObject({ code: 0, stderr: '' })
    expect(await doctor({})).toMatchObject({ code: 0 })
    await readMedia(tintype.url, photo.thumbnail.url)

    const url = `${env.TINTYPE_DATABASE_URL}?schema=other`
    const absent = await doctor({ TINTYPE_DATABASE_URL: url })
    expect(absent).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/has no catalog/) })
    const schemas = "SELECT FROM information_schema.schemata WHERE schema_name = 'other'"
    expect(await postgres.query(schemas, env.TINTYPE_DATABASE_URL)).toEqual([])
  })

  test('says what is wrong with the database, without the password', async () => {
    await using data = await mkdtempDisposable(join(tmpdir(), 'tintype-'))
    const url = (await postgres.createDatabase()).replace('secret', 'hunter2')
    const ending = await runServer({ TINTYPE_DATABASE_URL: url, TINTYPE_DATA_DIR: data.path })
    expect(ending).toMatchObject({ code: 1, stdout: '' })
    expect(ending.stderr).toMatch(/refused the user name or the password/)
    expect(ending.stderr).not.toContain('hunter2')
  })
})
