import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createImaging, type ImagingOptions } from './imaging.ts'
import { makeImage, thumbnailTarget, unhurried } from './testing/index.ts'

const options = { thumbnail: thumbnailTarget }
const imagingOptions: ImagingOptions = {
  ...unhurried,
  limits: { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 32_767, maxFrames: 1000 },
  concurrency: 1,
  queueLength: 1,
}

test('inspects and renders bytes and files alike', async () => {
  await using imaging = createImaging(imagingOptions)
  const directory = await mkdtemp(join(tmpdir(), 'tintype-imaging-'))
  try {
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'avif'] as const) {
      const bytes = await makeImage({ width: 400, height: 200, format })
      const path = join(directory, format)
      await writeFile(path, bytes)
      const found = await imaging.inspect({ path }, format, options)
      expect(await imaging.inspect(bytes, format, options)).toEqual(found)
      const target = { width: 100, fit: 'inside', format: 'webp' } as const
      const made = await imaging.render({ path }, target)
      expect(made).toEqual(await imaging.render(bytes, target))
      expect(made).toMatchObject({ width: 100, height: 50 })
    }
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('reports its load, refuses too many requests, and removes those that were aborted', async () => {
  await using imaging = createImaging(imagingOptions)
  const bytes = await makeImage({ width: 400, height: 200, format: 'jpeg' })
  const abort = new AbortController()
  const running = imaging.inspect(bytes, 'jpeg', options)
  const waiting = imaging.render(bytes, { fit: 'inside', format: 'png' }, { signal: abort.signal })
  expect(imaging.load()).toMatchObject({ active: 1, queued: 1 })
  await expect(imaging.inspect(bytes, 'jpeg', options)).rejects.toMatchObject({
    code: 'OVERLOADED',
    retryAfterSeconds: 1,
  })
  abort.abort()
  await expect(waiting).rejects.toBe(abort.signal.reason)
  await expect(running).resolves.toMatchObject({ width: 400 })
  expect(imaging.load()).toMatchObject({ active: 0, queued: 0 })
})

test('B307 says that a new caller would wait too long, once the callers that wait take longer than the bound', async () => {
  await using imaging = createImaging({ ...imagingOptions, queueLength: 9, maxWaitMs: 0.001 })
  const bytes = await makeImage({ width: 400, height: 200, format: 'jpeg' })
  await imaging.inspect(bytes, 'jpeg', options)
  imaging.assertTurn()
  const running = imaging.inspect(bytes, 'jpeg', options)
  const waiting = imaging.inspect(bytes, 'jpeg', { ...options, shares: new Set(['a']) })
  expect(() => imaging.assertTurn()).toThrow(expect.objectContaining({ code: 'OVERLOADED' }))
  await expect(waiting).rejects.toMatchObject({ code: 'OVERLOADED' })
  await running
  imaging.assertTurn()
})

test('disposing waits for running work and refuses new requests', async () => {
  const imaging = createImaging(imagingOptions)
  const bytes = await makeImage({ width: 400, height: 200, format: 'jpeg' })
  const running = imaging.inspect(bytes, 'jpeg', options)
  await imaging[Symbol.asyncDispose]()
  await expect(running).resolves.toMatchObject({ height: 200 })
  await expect(imaging.inspect(bytes, 'jpeg', options)).rejects.toMatchObject({ code: 'OVERLOADED' })
})
