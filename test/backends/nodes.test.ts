import { randomBytes } from 'node:crypto'
import { hasPostgres } from '@tintype/catalog/testing'
import { createTintypeClient } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { mutate } from '../support/call.ts'
import { type Engines, type Nodes, startEngines, startNodes } from '../support/start-nodes.ts'
import { hasS3 } from '../support/start-s3.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { readMedia, uploadPhoto } from '../support/upload.ts'
import { ask, type PhotoJson, waiting } from '../support/uploads.ts'

const picture = (width = 640) => makeImage({ width, height: 480, format: 'jpeg' })

/** Uploads with an idempotency key, and returns the answer. */
const send = (url: string, bytes: Uint8Array, key: string) =>
  fetch(`${url}/photos`, {
    method: 'POST',
    headers: { 'Content-Type': 'image/jpeg', 'Idempotency-Key': key },
    body: new Uint8Array(bytes),
  })

const statusOf = async (tintype: Tintype, path: string, headers: Record<string, string> = {}) =>
  (await ask(tintype, path, { headers })).status

describe.skipIf(!hasPostgres || !hasS3)(
  'two servers over one PostgreSQL and one bucket, behind nginx',
  () => {
    let engines: Engines
    beforeAll(async () => {
      engines = await startEngines()
    })
    afterAll(() => engines?.[Symbol.asyncDispose]())

    describe('that are open', () => {
      let nodes: Nodes
      beforeAll(async () => {
        nodes = await startNodes(engines)
      })
      afterAll(() => nodes?.[Symbol.asyncDispose]())

      test('what one has accepted, the other lists, finds and serves; what one deletes, the other stops serving', async () => {
        const { one, other } = nodes
        const bytes = await picture()
        const photo = await uploadPhoto(one.url, bytes, { title: 'A Harbour' })
        expect(await readMedia(other.url, photo.url)).toStrictEqual(Buffer.from(bytes))
        const client = createTintypeClient({ url: other.url })
        expect((await client.photos.list.query({ search: 'harbour' })).photos).toMatchObject([
          { id: photo.id },
        ])

        // Twice, so that its bytes are in the memory of the other server.
        expect([await statusOf(other, photo.url), await statusOf(other, photo.url)]).toEqual([200, 200])
        await createTintypeClient({ url: one.url }).photos.delete.mutate({ id: photo.id })
        await vi.waitFor(async () => expect(await statusOf(other, photo.url)).toBe(404), waiting)
        expect(await statusOf(one, photo.url)).toBe(404)
      })

      test('B199 of twenty uploads with one key, split over both, one photo is made', async () => {
        const bytes = await picture(400)
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, at) => send((at % 2 ? nodes.one : nodes.other).url, bytes, 'same')),
        )
        const photos = await Promise.all(answers.map(async (answer) => (await answer.json()) as PhotoJson))
        expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201))
        const replayed = answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')
        expect(replayed).toHaveLength(19)
        expect(new Set(photos.map(({ id }) => id)).size).toBe(1)
      })

      test('B298 a rendition that is requested from both at once is served by both, with the bytes of its row', async () => {
        const { one, other } = nodes
        const photo = await uploadPhoto(one.url, await picture(1200))
        const path = `/media/${photo.id}/w640.webp`
        const bodies = await Promise.all([one, other, one, other].map(({ url }) => readMedia(url, path)))
        const client = createTintypeClient({ url: other.url })
        const listed = await client.thumbnails.list.query({ photoId: photo.id })
        const made = listed.filter(({ width, format }) => width === 640 && format === 'webp')
        expect(made).toHaveLength(1)
        for (const body of bodies) expect(body).toHaveLength(made[0]?.byteSize ?? 0)
      })

      test('nginx sends the media of a photo to one server only, and no probe or metrics to either', async () => {
        const photo = await uploadPhoto(nodes.url, await picture(800))
        for (const path of [photo.url, photo.thumbnail.url, `/media/${photo.id}/w160.webp`, photo.url])
          expect((await readMedia(nodes.url, path)).length).toBeGreaterThan(0)
        const counts = await Promise.all(
          [nodes.one, nodes.other].map(
            async ({ log }) =>
              log.filter(({ path, event }) => event === 'request' && `${path}`.includes(photo.id)).length,
          ),
        )
        expect(counts).toContain(0)
        for (const path of ['/metrics', '/readyz', '/readyz/node'])
          expect((await fetch(nodes.url + path)).status).toBe(404)
        for (const node of [nodes.one, nodes.other])
          expect((await ask(node, '/metrics')).body.toString()).toMatch(/^tintype_listening 1$/m)
      })
    })

    test('B222 B227 a revoked key and a photo that becomes private are refused by the other server too', async () => {
      const adminKey = 'operator-operator-operator-operator'
      await using nodes = await startNodes(engines, {
        TINTYPE_ACCESS: 'closed',
        TINTYPE_ADMIN_KEY: adminKey,
        TINTYPE_SIGNING_SECRETS: `a:${randomBytes(32).toString('base64url')}`,
      })
      const { one, other } = nodes
      const admin = { Authorization: `Bearer ${adminKey}` }
      const made = await mutate<{ id: string; key: string }>(
        one.url,
        'keys.create',
        { name: 'app', scopes: ['manage'] },
        admin,
      )
      const app = { Authorization: `Bearer ${made.data?.key}` }
      const bytes = new Uint8Array(await picture())
      const headers = { 'Content-Type': 'image/jpeg', ...app }
      const answer = await ask(other, '/photos', { method: 'POST', headers, body: bytes })
      const photo = JSON.parse(answer.body.toString()) as PhotoJson
      expect([await statusOf(other, photo.url), await statusOf(other, photo.url)]).toEqual([200, 200])
      await mutate(one.url, 'photos.update', { id: photo.id, visibility: 'private' }, app)
      await vi.waitFor(async () => expect(await statusOf(other, photo.url)).toBe(404), waiting)
      expect(await statusOf(other, `/photos/${photo.id}`, app)).toBe(200)
      await mutate(one.url, 'keys.revoke', { id: made.data?.id }, admin)
      await vi.waitFor(
        async () => expect(await statusOf(other, `/photos/${photo.id}`, app)).toBe(401),
        waiting,
      )
    })

    test('B308 servers that are restarted one after the other under load lose nothing', async () => {
      await using nodes = await startNodes(engines)
      await using restarted = new AsyncDisposableStack()
      const client = createTintypeClient({ url: nodes.url })
      const file = new Blob([new Uint8Array(await picture(320))], { type: 'image/jpeg' })
      const accepted: string[] = []
      let isOver = false
      const loading = Promise.all(
        Array.from({ length: 4 }, async () => {
          while (!isOver) accepted.push((await client.upload(file)).id)
        }),
      )
      /** Resolves when so many were accepted; rejects as soon as one is refused. */
      const enough = (count: number) =>
        Promise.race([
          vi.waitFor(() => expect(accepted.length).toBeGreaterThanOrEqual(count), waiting),
          loading,
        ])
      await enough(4)
      for (const node of [nodes.one, nodes.other]) {
        const port = new URL(node.url).port
        await node.stop()
        await enough(accepted.length + 4)
        // On its own port, as nginx knows it.
        restarted.use(await startTintype({ env: { ...nodes.env, TINTYPE_PORT: port } }))
        await enough(accepted.length + 4)
      }
      isOver = true
      await loading
      const listed = new Set<string>()
      for (let cursor: string | undefined; ; ) {
        const page = await client.photos.list.query({ limit: 100, cursor })
        for (const { id } of page.photos) listed.add(id)
        if (page.nextCursor === null) break
        cursor = page.nextCursor
      }
      expect(accepted.filter((id) => !listed.has(id))).toEqual([])
    })
  },
)
