import { once } from 'node:events'
import { readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { get as openRequest } from 'node:http'
import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { urlAt } from './support/base-path.ts'
import { mutate, query } from './support/call.ts'
import { openConnection, requestHead } from './support/raw-http.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { readMedia, uploadPhoto } from './support/upload.ts'
import { ask, expectProblem, waiting } from './support/uploads.ts'

let tintype: Tintype
let image: Uint8Array
beforeAll(async () => {
  tintype = await startTintype()
  image = await makeImage({ width: 640, height: 480, format: 'jpeg' })
})
afterAll(() => tintype[Symbol.asyncDispose]())

/** A photo whose original and thumbnail were requested often enough to be in memory. */
async function uploadHot() {
  const photo = await uploadPhoto(tintype.url, image)
  const urls = [photo.url, photo.thumbnail.url]
  for (const url of [...urls, ...urls, ...urls]) await readMedia(tintype.url, url)
  return { ...photo, urls }
}

const deletions: [way: string, status: number, deletePhoto: (id: string) => Promise<{ status: number }>][] = [
  ['HTTP', 204, (id) => ask(tintype, `/photos/${id}`, { method: 'DELETE' })],
  ['tRPC', 200, (id) => mutate(tintype.url, 'photos.delete', { id })],
]

describe('B156: a photo that is requested all the time and deleted', () => {
  test.each(deletions)('over %s is not found after the answer to that', async (_way, status, deletePhoto) => {
    const { id, urls } = await uploadHot()
    expect((await deletePhoto(id)).status).toBe(status)
    for (const url of [...urls, ...urls]) {
      for (const headers of [{}, { 'If-None-Match': '*' }, { Range: 'bytes=0-1' }])
        expectProblem(await ask(tintype, url, { headers }), 404, 'PHOTO_NOT_FOUND')
    }
  })

  test('while many clients request it: no request after the answer gets it', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, urls } = await uploadHot()
      let isDeleted = false
      const late: number[] = []
      const early: number[] = []
      const askOn = async (url: string) => {
        for (let more = 3; more > 0; ) {
          const answers = isDeleted ? late : early
          if (isDeleted) more -= 1
          answers.push((await ask(tintype, url)).status)
        }
      }
      const asking = Array.from({ length: 8 }, (_, at) => askOn(urls[at % 2] ?? ''))
      await ask(tintype, urls[0] ?? '')
      expect((await ask(tintype, `/photos/${id}`, { method: 'DELETE' })).status).toBe(204)
      isDeleted = true
      await Promise.all(asking)
      expect(late.filter((status) => status !== 404)).toEqual([])
      expect(late).toHaveLength(24)
      expect(early.filter((status) => status !== 200 && status !== 404)).toEqual([])
    }
  })
})

describe("files changed behind the server's back, of photos that are in memory", () => {
  test('B175, B181, B182: the answer has the right bytes, or is an error', async () => {
    const photo = await uploadHot()
    const blob = (await tintype.blobs()).find((one) => one.endsWith(`/${photo.id}.jpg`)) ?? ''
    const file = join(tintype.dataDirectory, 'media', blob)
    const changes = [
      () => truncate(file, 100),
      () => writeFile(file, Buffer.concat([image, image])),
      () => rm(file),
    ]
    for (const change of changes) {
      await change()
      const answer = await ask(tintype, photo.url)
      expect([200, 404, 500]).toContain(answer.status)
      if (answer.status === 200) expect(answer.body.equals(image)).toBe(true)
      const part = await ask(tintype, photo.url, { headers: { Range: 'bytes=50-199' } })
      expect([206, 404, 500]).toContain(part.status)
      if (part.status === 206) expect(part.body.equals(image.subarray(50, 200))).toBe(true)
    }
  })
})

test.runIf(process.platform === 'linux')(
  'B185: clients that leave keep neither memory nor files, whatever they requested',
  async () => {
    const photo = await uploadHot()
    const openFiles = async () => (await readdir(`/proc/${tintype.pid}/fd`)).length
    const before = await openFiles()
    for (let round = 0; round < 10; round++) {
      const asked = Array.from({ length: 20 }, async (_, at) => {
        const method = at % 3 === 0 ? 'HEAD' : 'GET'
        const headers = at % 2 === 0 ? { Range: 'bytes=10-' } : {}
        const request = openRequest(urlAt(tintype.url, photo.urls[at % 2] ?? ''), {
          agent: false,
          method,
          headers,
        })
        await once(request, 'response')
        request.destroy()
      })
      await Promise.all(asked)
    }
    // Thirty clients or more make each kind of request. The connections to a database may grow in number by themselves.
    await expect.poll(openFiles, waiting).toBeLessThan(before + 20)
    expect((await readMedia(tintype.url, photo.url)).equals(image)).toBe(true)
  },
)

test('S-03: views are given up if their clients close their side', async () => {
  const image = await makeImage({ width: 2000, height: 1500, format: 'jpeg' })
  const fresh = await Promise.all(Array.from({ length: 12 }, () => uploadPhoto(tintype.url, image)))
  await Promise.all(
    fresh.map(async ({ id }) => {
      using connection = await openConnection(tintype.url)
      await connection.write(requestHead(`GET /media/${id}/w1280.avif`))
      connection.end()
      expect(String(await connection.ended)).toBe('')
    }),
  )
  const made = await Promise.all(
    fresh.map(({ id }) => query<readonly unknown[]>(tintype.url, 'thumbnails.list', { photoId: id })),
  )
  expect(made.filter(({ data = [] }) => data.length > 1).length).toBeLessThan(fresh.length)
})
