import { availableParallelism } from 'node:os'
import { makeImage } from '@tintype/imaging/testing'
import { expect, test } from 'vitest'
import type { Envelope } from './support/call.ts'
import { startTintype } from './support/start-tintype.ts'
import { uploadPhoto } from './support/upload.ts'
import { expectPhoto, postBytes, readMetric } from './support/uploads.ts'

test('B292: a batch of twenty thumbnails uses at most the allowed decoders, and does not block uploads', async () => {
  await using tintype = await startTintype()
  const image = await makeImage({ width: 2400, height: 1800, format: 'jpeg' })
  const { id } = await uploadPhoto(tintype.url, image)
  const calls = Array.from({ length: 20 }, (_, at) => ({ photoId: id, width: 701 + at }))
  const names = calls.map(() => 'thumbnails.create').join(',')
  let isDone = false
  const batch = fetch(`${tintype.url}/trpc/${names}?batch=1`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...calls }),
  }).finally(() => {
    isDone = true
  })
  const upload = postBytes(tintype, await makeImage({ width: 20, height: 20, format: 'jpeg' }))
  const seen: number[] = []
  while (!isDone) seen.push(await readMetric(tintype, 'tintype_decodes_active'))
  expect(Math.max(...seen)).toBeGreaterThan(0)
  expect(Math.max(...seen)).toBeLessThanOrEqual(availableParallelism())
  const answers = (await (await batch).json()) as Envelope<{ width: number }>[]
  expect(answers.map(({ result }) => result?.data.width)).toEqual(calls.map(({ width }) => width))
  expectPhoto(await upload)
})
