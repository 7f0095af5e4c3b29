import { execFile } from 'node:child_process'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeImage } from '@tintype/imaging/testing'
import { createTintype } from 'tintype'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { listChildren } from './support/list-children.ts'
import { openEmbedded, serve } from './support/open-embedded.ts'
import { openConnection, requestHead } from './support/raw-http.ts'
import { repository } from './support/start-tintype.ts'
import { expectProblem, waiting } from './support/uploads.ts'

let jpeg: Uint8Array

beforeAll(async () => {
  jpeg = await makeImage({ width: 80, height: 60, format: 'jpeg' })
})

/** A served Tintype with an upload that has begun. */
async function openBusy() {
  await using opening = new AsyncDisposableStack()
  const { tintype, dataDirectory } = opening.use(await openEmbedded())
  const { url } = opening.use(await serve(tintype.listener))
  const upload = opening.use(await openConnection(url))
  await upload.write(
    requestHead('POST /photos', { 'Content-Type': 'image/jpeg', 'Content-Length': jpeg.length }),
  )
  await upload.write(jpeg.subarray(0, 500))
  await vi.waitFor(async () => {
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^tintype_uploads_in_flight 1$/m)
  }, waiting)
  const owned = opening.move()
  return { tintype, url, upload, dataDirectory, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

describe('close', () => {
  test('waits for what runs, and refuses what is new', async () => {
    await using busy = await openBusy()
    const { tintype, url, upload } = busy
    const closed = tintype.close()
    const refused = await fetch(`${url}/photos`, { method: 'POST', body: jpeg.slice() })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await refused.json()).toMatchObject({ code: 'OVERLOADED', detail: 'The server is stopping' })
    await expect(tintype.as({ owner: null }).photos.list()).rejects.toMatchObject({ code: 'OVERLOADED' })
    await upload.write(jpeg.subarray(500))
    const answer = await upload.answer()
    expect(answer.status).toBe(201)
    const { id } = JSON.parse(answer.body.toString())
    await closed
    await using again = await createTintype({ dataDirectory: busy.dataDirectory })
    expect(await again.as({ owner: null }).photos.get({ id })).toMatchObject({ id })
  })

  test('aborts what lasts too long, with 503, and can be called again', async () => {
    await using busy = await openBusy()
    const closed = busy.tintype.close({ waitMs: 0 })
    expectProblem(await busy.upload.answer(), 503, 'OVERLOADED')
    await closed
    await busy.tintype.close()
    await busy.tintype[Symbol.asyncDispose]()
    expect((await fetch(`${busy.url}/healthz`)).status).toBe(503)
    await using again = await createTintype({ dataDirectory: busy.dataDirectory })
    expect((await again.as({ owner: null }).photos.list()).photos).toEqual([])
  })

  test('a directory that this process is still closing cannot be opened again', async () => {
    await using opened = await openEmbedded()
    const closed = opened.tintype.close()
    await using again = await createTintype({ dataDirectory: opened.dataDirectory })
    await closed
    expect((await again.as({ owner: null }).photos.list()).photos).toEqual([])
  })

  test('ends every decoder', async () => {
    const before = await listChildren(process.pid)
    await using opened = await openEmbedded()
    await using server = await serve(opened.tintype.listener)
    const headers = { 'Content-Type': 'image/jpeg' }
    const answer = await fetch(`${server.url}/photos`, { method: 'POST', headers, body: jpeg.slice() })
    expect(answer.status).toBe(201)
    await opened.tintype.close()
    expect((await listChildren(process.pid)).filter((pid) => !before.includes(pid))).toEqual([])
  })

  test('leaves no handle: the process ends by itself, and nothing of it was changed', async () => {
    await using data = await mkdtempDisposable(join(tmpdir(), 'tintype-embedded-'))
    const script = join(repository, 'test/support/embed-once.ts')
    const env = { ...process.env, TINTYPE_PORT: 'not a port' }
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, data.path], { env })
    expect(JSON.parse(stdout)).toEqual({ status: 201, length: 1, isUnchanged: true })
    expect(stderr).toBe('')
  })
})
