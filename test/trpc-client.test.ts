import { makeImage } from '@tintype/imaging/testing'
import {
  createTRPCUntypedClient,
  httpBatchLink,
  httpBatchStreamLink,
  httpLink,
  TRPCClientError,
} from '@trpc/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { uploadPhoto } from './support/upload.ts'
import type { PhotoJson } from './support/uploads.ts'

const unknownId = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'

let tintype: Tintype
let photo: PhotoJson
beforeAll(async () => {
  tintype = await startTintype()
  photo = await uploadPhoto(tintype.url, await makeImage({ width: 20, height: 10, format: 'png' }))
})
afterAll(() => tintype[Symbol.asyncDispose]())

test.each([
  ['httpLink', httpLink],
  ['httpBatchLink', httpBatchLink],
  ['httpBatchStreamLink', httpBatchStreamLink],
])("tRPC's own client understands every answer: %s", async (_name, link) => {
  const client = createTRPCUntypedClient({ links: [link({ url: `${tintype.url}/trpc` })] })
  const [limits, got, failed] = await Promise.allSettled([
    client.query('system.limits'),
    client.query('photos.get', { id: photo.id }),
    client.query('photos.get', { id: unknownId }),
  ])
  expect(limits).toMatchObject({ value: { maxUploadByteSize: 26_214_400 } })
  expect(got).toMatchObject({ value: { id: photo.id } })
  const reason = failed.status === 'rejected' ? failed.reason : undefined
  expect(reason).toBeInstanceOf(TRPCClientError)
  expect(reason).toMatchObject({ data: { code: 'PHOTO_NOT_FOUND', status: 404 }, shape: { code: -32004 } })
  expect(await client.mutation('photos.update', { id: photo.id, alt: 'a' })).toMatchObject({ alt: 'a' })
  await expect(
    client.mutation('photos.update', { id: photo.id, alt: 'a'.repeat(300_000) }),
  ).rejects.toMatchObject({
    data: { code: 'PAYLOAD_TOO_LARGE', status: 413 },
  })
})
