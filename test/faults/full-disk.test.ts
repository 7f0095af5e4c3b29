import { mkdtempDisposable, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { canMount } from '../support/means.ts'
import { openConnection, requestHead } from '../support/raw-http.ts'
import { startTintype } from '../support/start-tintype.ts'
import {
  ask,
  expectPhoto,
  expectProblem,
  originals,
  type PhotoJson,
  postBytes,
  settled,
  waiting,
} from '../support/uploads.ts'
import { createSamplePhotos, sha256 } from './sample-photos.ts'
import { fillDisk, mountSmallDisk, streamBytes } from './small-disk.ts'

const kib = 1024

describe.skipIf(!canMount)('a full disk (needs root, to mount one)', () => {
  // Small uploads are written when they are complete, large ones while they arrive. How many bytes follow is then unknown.
  test.each([
    { byteSize: 200 * kib, send: postBytes },
    { byteSize: 1500 * kib, send: streamBytes },
  ])(
    'B161: uploads of $byteSize bytes are refused, stored photos are served, and a deletion frees space',
    async ({ byteSize, send }) => {
      const makeSample = await createSamplePhotos()
      await using disk = await mountSmallDisk(6 * kib * kib)
      await using tintype = await startTintype({ dataDirectory: disk.path })
      const photos: PhotoJson[] = []
      let answer = await send(tintype, makeSample(0, byteSize).bytes())
      for (let nonce = 1; answer.status === 201; nonce += 1) {
        photos.push(expectPhoto(answer))
        answer = await send(tintype, makeSample(nonce, byteSize).bytes())
      }
      expectProblem(answer, 507, 'STORAGE_FULL')
      expect(photos.length).toBeGreaterThan(1)
      // There may have been no space for the last thumbnails; no partial file of them remains.
      await vi.waitFor(async () => expect(await tintype.staged()).toEqual([]), waiting)
      expect(await originals(tintype)).toHaveLength(photos.length)
      for (const photo of photos) {
        const media = await ask(tintype, photo.url)
        expect([media.status, sha256(media.body)]).toEqual([200, photo.sha256])
      }

      const [first] = photos
      expect((await ask(tintype, `/photos/${first?.id}`, { method: 'DELETE' })).status).toBe(204)
      expectPhoto(await postBytes(tintype, makeSample(1_000_000, byteSize / 2).bytes()))
    },
  )

  // SQLite needs the space of the reserve to open the catalog; a catalog on another disk leaves the directories in staging/.
  test.each(['on the full disk', 'on another disk'])(
    'B161: a server with its catalog %s starts again, serves, deletes, and refuses uploads',
    async (place) => {
      const makeSample = await createSamplePhotos()
      await using disk = await mountSmallDisk(6 * kib * kib)
      await using other = await mkdtempDisposable(join(tmpdir(), 'tintype-catalog-'))
      const env = place === 'on another disk' ? { TINTYPE_DATABASE_URL: `file:${other.path}/tintype.db` } : {}
      const start = () => startTintype({ dataDirectory: disk.path, env })
      const photos = await (async () => {
        await using tintype = await start()
        const uploaded = [0, 1].map((nonce) => postBytes(tintype, makeSample(nonce, 200 * kib).bytes()))
        return (await Promise.all(uploaded)).map(expectPhoto)
      })()
      await fillDisk(join(disk.path, 'filler'))

      await using tintype = await start()
      expectProblem(await postBytes(tintype, makeSample(2, 200 * kib).bytes()), 507, 'STORAGE_FULL')
      const ready = await ask(tintype, '/readyz')
      expect([ready.status, ready.body.toString()]).toEqual([503, expect.stringContaining('STORAGE_FULL')])
      for (const photo of photos) {
        expect(sha256((await ask(tintype, photo.url)).body)).toBe(photo.sha256)
        expect((await ask(tintype, `/photos/${photo.id}`, { method: 'DELETE' })).status).toBe(204)
      }
      await rm(join(disk.path, 'filler'))
      expectPhoto(await postBytes(tintype, makeSample(3, 200 * kib).bytes()))
    },
  )

  test('B085: an upload that declares more bytes than are free is refused before its body is sent', async () => {
    await using disk = await mountSmallDisk(6 * kib * kib)
    await using tintype = await startTintype({ dataDirectory: disk.path })
    using connection = await openConnection(tintype.url)
    const headers = { 'Content-Type': 'image/jpeg', 'Content-Length': 7 * kib * kib, Expect: '100-continue' }
    await connection.write(requestHead('POST /photos', headers))
    expectProblem(await connection.answer(), 507, 'STORAGE_FULL')
    expect(await tintype.staged()).toEqual([])
  })

  test('B187: a rendition without space is refused and leaves nothing, and stored photos are served', async () => {
    const makeSample = await createSamplePhotos()
    await using disk = await mountSmallDisk(6 * kib * kib)
    await using tintype = await startTintype({ dataDirectory: disk.path })
    const photo = expectPhoto(await postBytes(tintype, makeSample(0, 200 * kib).bytes()))
    await settled(tintype)
    const before = await tintype.blobs()

    const filler = join(disk.path, 'filler')
    await fillDisk(filler)
    const rendition = `/media/${photo.id}/w160.png`
    expectProblem(await ask(tintype, rendition), 507, 'STORAGE_FULL')
    expect(await tintype.blobs()).toEqual(before)
    expect(await tintype.staged()).toEqual([])
    expect(sha256((await ask(tintype, photo.url)).body)).toBe(photo.sha256)
    expect((await ask(tintype, photo.thumbnail.url)).status).toBe(200)

    await rm(filler)
    expect((await ask(tintype, rendition)).status).toBe(200)
  })
})
