import { randomUUID } from 'node:crypto'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { hasPostgres, startPostgres } from '@tintype/catalog/testing'
import { createTintypeClient } from '@tintype/client'
import { makeImage } from '@tintype/imaging/testing'
import { describe, expect, test, vi } from 'vitest'
import { useS3 } from '../support/open-s3.ts'
import { startNginx } from '../support/start-nginx.ts'
import { hasS3 } from '../support/start-s3.ts'
import { startTintype } from '../support/start-tintype.ts'
import { readMedia, uploadPhoto } from '../support/upload.ts'
import { waiting } from '../support/uploads.ts'

describe.skipIf(!hasS3 || !hasPostgres)(
  'two nodes on S3 and PostgreSQL behind nginx, as deploy/nginx.conf has it',
  () => {
    const { engine } = useS3()

    test('share their photos, and one of them can be killed', async () => {
      await using opening = new AsyncDisposableStack()
      const postgres = opening.use(await startPostgres())
      const { bucket, endpoint } = engine()
      const env = {
        TINTYPE_STORAGE_URL: `s3://${bucket}/${randomUUID()}?endpoint=${endpoint}`,
        TINTYPE_DATABASE_URL: await postgres.createDatabase(),
      }
      const one = opening.use(await startTintype({ env }))
      const scratch = opening.use(await mkdtempDisposable(`${tmpdir()}/tintype-`))
      const other = opening.use(await startTintype({ env, dataDirectory: scratch.path }))
      const nginx = opening.use(await startNginx(one, 'deploy/nginx.conf', { other }))
      const bytes = await makeImage({ width: 900, height: 600, format: 'jpeg' })
      const client = createTintypeClient({ url: nginx.url })
      const photos = []
      for (let at = 0; at < 6; at++) photos.push(await uploadPhoto(nginx.url, bytes))
      const uploads = (node: typeof one) =>
        node.log.filter((line) => line.event === 'request' && line.method === 'POST' && line.status === 201)
          .length
      await vi.waitFor(() => expect([uploads(one), uploads(other)]).toEqual([3, 3]), waiting)
      const ids = photos.map(({ id }) => id).reverse()
      for (const _ of ids)
        expect((await client.photos.list.query({})).photos.map(({ id }) => id)).toEqual(ids)
      for (const photo of photos) {
        expect(await readMedia(nginx.url, photo.url)).toEqual(Buffer.from(bytes))
        await readMedia(nginx.url, `/media/${photo.id}/w320.webp`)
      }
      expect((await fetch(`${nginx.url}/readyz`)).status).toBe(404)

      await other.stop('SIGKILL')
      for (const photo of photos) expect(await readMedia(nginx.url, photo.url)).toEqual(Buffer.from(bytes))
      const next = await uploadPhoto(nginx.url, bytes)
      expect((await client.photos.list.query({})).photos.map(({ id }) => id)).toEqual([next.id, ...ids])
    })
  },
)
