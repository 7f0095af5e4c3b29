import { makeImage } from '@tintype/imaging/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { filePart, writeForm } from './support/multipart.ts'
import { chunkOf, openConnection, requestHead, sendRaw } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import {
  ask,
  expectPhoto,
  expectProblem,
  keepsNothing,
  postBytes,
  readMetric,
  waiting,
} from './support/uploads.ts'

let jpeg: Uint8Array

beforeAll(async () => {
  jpeg = await makeImage({ width: 80, height: 60, format: 'jpeg' })
})

/** Begins an upload and stops half-way; resolves when the server has accepted it. */
async function beginUpload(tintype: Tintype, inFlight = 1) {
  const connection = await openConnection(tintype.url)
  const headers = { 'Content-Type': 'image/jpeg', 'Content-Length': jpeg.length }
  await connection.write(requestHead('POST /photos', headers))
  await connection.write(jpeg.subarray(0, 500))
  await uploadsInFlight(tintype, inFlight)
  return connection
}

const uploadsInFlight = (tintype: Tintype, count: number) =>
  vi.waitFor(async () => expect(await readMetric(tintype, 'tintype_uploads_in_flight')).toBe(count), waiting)

describe('B306 B307 more uploads than there are slots', () => {
  test('are refused with Retry-After before their body is read, and accepted when a slot is free again', async () => {
    await using tintype = await startTintype({ env: { TINTYPE_MAX_CONCURRENT_UPLOADS: '1' } })
    using first = await beginUpload(tintype)
    await keepsNothing(tintype, async () => {
      using second = await openConnection(tintype.url)
      // no byte of the body is sent, so the answer cannot have waited for it
      await second.write(
        requestHead('POST /photos', { 'Content-Type': 'image/jpeg', 'Content-Length': 5_000_000 }),
      )
      const answer = await second.answer()
      expect(expectProblem(answer, 503, 'OVERLOADED').limit).toBe(1)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    })
    const ready = await ask(tintype, '/readyz')
    expect(ready.status).toBe(503)
    expect((await ask(tintype, '/healthz')).status).toBe(200)

    await first.write(jpeg.subarray(500))
    expectPhoto(await first.answer())
    expectPhoto(await postBytes(tintype, jpeg))
    expect((await ask(tintype, '/readyz')).status).toBe(200)
  })

  test('a slot is free again after any end of an upload', async () => {
    await using tintype = await startTintype({ env: { TINTYPE_MAX_CONCURRENT_UPLOADS: '1' } })
    const refused = [
      { body: Buffer.from('no image'), headers: {} },
      { body: jpeg, headers: { 'Content-Digest': `sha-256=:${'A'.repeat(43)}=:` } },
      { body: jpeg, headers: { 'Content-Type': 'multipart/form-data; boundary=b' } },
      { body: jpeg, headers: { 'Idempotency-Key': 'a b' } },
    ]
    for (const { body, headers } of refused) {
      expect((await postBytes(tintype, body, { headers })).status).toBe(400)
      expectPhoto(await postBytes(tintype, jpeg))
    }
    const gone = await beginUpload(tintype)
    gone.reset()
    await uploadsInFlight(tintype, 0)
    expectPhoto(await postBytes(tintype, jpeg))
  })
})

describe('an upload that stops', () => {
  const env = { TINTYPE_UPLOAD_IDLE_TIMEOUT: '300ms' }

  test('B061 B067 is ended after the idle timeout, and leaves nothing', async () => {
    await using tintype = await startTintype({ env })
    const { contentType, body } = writeForm([filePart(jpeg)])
    await keepsNothing(tintype, async () => {
      using raw = await openConnection(tintype.url)
      await raw.write(
        requestHead('POST /photos', { 'Content-Type': 'image/jpeg', 'Content-Length': jpeg.length }),
      )
      await raw.write(jpeg.subarray(0, 500))
      using form = await openConnection(tintype.url)
      await form.write(
        requestHead('POST /photos', { 'Content-Type': contentType, 'Transfer-Encoding': 'chunked' }),
      )
      await form.write(chunkOf(body.subarray(0, 500)))
      using silent = await openConnection(tintype.url)
      await silent.write(requestHead('POST /photos', { 'Content-Type': 'image/png', 'Content-Length': 100 }))
      for (const connection of [raw, form, silent]) {
        const answer = await connection.answer()
        const problem = expectProblem(answer, 408, 'UPLOAD_TIMEOUT')
        expect(problem.idleTimeoutMs).toBe(300)
        expect(answer.headers.get('connection')).toBe('close')
        await tintype.logged((line) => line.code === 'UPLOAD_TIMEOUT' && line.requestId === problem.requestId)
      }
    })
    expect(await readMetric(tintype, 'tintype_uploads_in_flight')).toBe(0)
    // In one piece: between two pieces, this process could be paused for longer than that.
    const head = requestHead('POST /photos', { 'Content-Type': 'image/jpeg', 'Content-Length': jpeg.length })
    expectPhoto(await sendRaw(tintype.url, Buffer.concat([Buffer.from(head), jpeg])))
  })
})
