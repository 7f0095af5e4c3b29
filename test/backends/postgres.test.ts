import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasPostgres, type RunningPostgres, startPostgres } from '@tintype/catalog/testing'
import { createTintypeClient } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runServer } from '../support/run-server.ts'
import { startTintype } from '../support/start-tintype.ts'
import { readMedia, uploadPhoto } from '../support/upload.ts'

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
    expect(await readMedia(tintype.url, photo.thumbnail.url)).not.toHaveLength(0)
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
    expect((await fetch(`${tintype.url}/readyz`)).status).toBe(200)
    const next = await uploadPhoto(tintype.url, bytes)
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

  test('says what is wrong with the database, without the password', async () => {
    await using data = await mkdtempDisposable(join(tmpdir(), 'tintype-'))
    const url = (await postgres.createDatabase()).replace('secret', 'hunter2')
    const ending = await runServer({ TINTYPE_DATABASE_URL: url, TINTYPE_DATA_DIR: data.path })
    expect(ending).toMatchObject({ code: 1, stdout: '' })
    expect(ending.stderr).toMatch(/refused the user name or the password/)
    expect(ending.stderr).not.toContain('hunter2')
  })
})
