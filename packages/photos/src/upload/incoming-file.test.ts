import { createHash } from 'node:crypto'
import { identifyByteSize } from '@tintype/imaging'
import type { StagedUpload } from '@tintype/storage'
import { describe, expect, test } from 'vitest'
import type { UploadLimits } from '../limits.ts'
import { openTestEngines, testLimits } from '../testing/open-test-engines.ts'
import { createIncomingFile } from './incoming-file.ts'

const limits = { ...testLimits, maxUploadByteSize: 1000 }

/** Bytes that begin like a GIF. */
const gifLike = (byteSize: number) => Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(byteSize - 6, 'x')])

const split = (bytes: Uint8Array, byteSize: number) =>
  Array.from({ length: Math.ceil(bytes.length / byteSize) }, (_, at) =>
    bytes.subarray(at * byteSize, (at + 1) * byteSize),
  )

async function stage(chunks: readonly Uint8Array[], options: { limits?: UploadLimits; type?: string } = {}) {
  await using engines = await openTestEngines()
  await using file = createIncomingFile(engines.staging.begin(), options.limits ?? limits)
  file.declaredType = options.type
  for (const chunk of chunks) await file.write(chunk)
  return await file.finish()
}

describe('a file', () => {
  test.each([1, 7, 1000])(
    'in chunks of %i is counted, hashed and named by its first bytes',
    async (byteSize) => {
      const bytes = gifLike(1000)
      const staged = await stage(split(bytes, byteSize))
      expect(staged).toEqual({
        source: expect.objectContaining({ path: expect.stringContaining('staging') }),
        byteSize: 1000,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        format: 'gif',
      })
    },
  )

  test('B081 may have exactly as many bytes as allowed', async () => {
    expect((await stage([gifLike(1000)])).byteSize).toBe(1000)
    await expect(stage([gifLike(1001)])).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      facts: { limit: 1000, received: 1001 },
    })
  })

  test('shorter than the bytes that identify it is still identified', async () => {
    const short = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])
    expect(short.length).toBeLessThan(identifyByteSize)
    expect((await stage([short])).format).toBe('jpeg')
  })

  test('B027 has bytes', async () => {
    await expect(stage([])).rejects.toMatchObject({ code: 'EMPTY_FILE' })
    await expect(stage([new Uint8Array(), new Uint8Array()])).rejects.toMatchObject({ code: 'EMPTY_FILE' })
  })

  test('of a format that is not allowed is refused, and the error says what arrived', async () => {
    const options = { limits: { ...limits, allowedFormats: ['png' as const] }, type: 'x'.repeat(500) }
    await expect(stage([gifLike(100)], options)).rejects.toMatchObject({
      code: 'NOT_AN_IMAGE',
      facts: { accepted: ['png'], declared: 'x'.repeat(100), found: 'gif' },
    })
  })
})

describe('a file that is refused', () => {
  test.each([
    { why: 'is no image', chunks: [Buffer.alloc(200, 'no image')], code: 'NOT_AN_IMAGE', accepted: 0 },
    {
      why: 'is too large',
      chunks: [gifLike(900), Buffer.alloc(101)],
      code: 'PAYLOAD_TOO_LARGE',
      accepted: 900,
    },
  ])('because it $why ends with the first byte that shows it', async ({ chunks, code, accepted }) => {
    await using engines = await openTestEngines()
    await using file = createIncomingFile(engines.staging.begin(), limits)
    const last = chunks.pop() ?? Buffer.of()
    for (const chunk of chunks) await file.write(chunk)
    await expect(file.write(last)).rejects.toMatchObject({ code })
    expect(file.byteSize).toBe(accepted)
    await expect(file.write(Buffer.of(0))).rejects.toMatchObject({ code })
    await expect(file.finish()).rejects.toMatchObject({ code })
  })

  test('says what was detected, and what was declared if anything was', async () => {
    const pdf = [Buffer.from('%PDF-1.7'.padEnd(100))]
    const allowed = 'Allowed formats: jpeg, png, webp, gif, avif.'
    await expect(stage(pdf)).rejects.toMatchObject({
      message: `${allowed} Detected PDF`,
      facts: { accepted: testLimits.allowedFormats, found: 'PDF' },
    })
    await expect(stage(pdf, { type: 'image/jpeg' })).rejects.toMatchObject({
      message: `${allowed} Declared image/jpeg, detected PDF`,
      facts: { declared: 'image/jpeg' },
    })
  })
})

test('a chunk is waited for only if staging has no room', async () => {
  const room = Promise.withResolvers<void>()
  const rooms = [undefined, room.promise]
  const staged: StagedUpload = {
    write: () => rooms.shift(),
    finish: async () => ({ source: { path: '', sync: async () => {} }, byteSize: 0, sha256: '' }),
    [Symbol.asyncDispose]: async () => {},
  }
  await using file = createIncomingFile(staged, limits)
  expect(file.write(gifLike(200))).toBeUndefined()
  expect(file.write(Buffer.alloc(200))).toBe(room.promise)
})
