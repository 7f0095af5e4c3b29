import { createHash } from 'node:crypto'
import { identifyByteSize } from '@tintype/imaging'
import type { StagedUpload } from '@tintype/storage'
import { describe, expect, test } from 'vitest'
import { openTestEngines, testLimits } from '../testing/open-test-engines.ts'
import { stageFile } from './stage-file.ts'

const limits = { ...testLimits, maxUploadByteSize: 1000 }
const declaredType = 'image/gif'

/** Bytes that begin like a GIF; whether they are one is not asked here. */
const gifLike = (byteSize: number) => Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(byteSize - 6, 'x')])

/** Chunks, and how many of them were asked for. */
function counted(chunks: readonly Uint8Array[]) {
  const state = { pulled: 0, isReleased: false }
  async function* pull() {
    try {
      for (const chunk of chunks) {
        state.pulled += 1
        yield chunk
      }
    } finally {
      state.isReleased = true
    }
  }
  return { state, bytes: pull() }
}

const split = (bytes: Uint8Array, byteSize: number) =>
  Array.from({ length: Math.ceil(bytes.length / byteSize) }, (_, at) =>
    bytes.subarray(at * byteSize, (at + 1) * byteSize),
  )

async function stage(chunks: readonly Uint8Array[], options: Partial<Parameters<typeof stageFile>[2]> = {}) {
  await using engines = await openTestEngines()
  await using staged = engines.staging.begin()
  return await stageFile(counted(chunks).bytes, staged, { limits, declaredType, ...options })
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

  test('shorter than what identifies it is still looked at', async () => {
    const short = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])
    expect(short.length).toBeLessThan(identifyByteSize)
    expect((await stage([short])).format).toBe('jpeg')
  })

  test('B027 has bytes', async () => {
    await expect(stage([])).rejects.toMatchObject({ code: 'EMPTY_FILE' })
    await expect(stage([new Uint8Array(), new Uint8Array()])).rejects.toMatchObject({ code: 'EMPTY_FILE' })
  })

  test('of a format that is not allowed is refused, and what came is told', async () => {
    const options = { limits: { ...limits, allowedFormats: ['png' as const] }, declaredType: 'x'.repeat(500) }
    await expect(stage([gifLike(100)], options)).rejects.toMatchObject({
      code: 'NOT_AN_IMAGE',
      facts: { accepted: ['png'], declared: 'x'.repeat(100), found: 'gif' },
    })
  })
})

describe('the source of a file', () => {
  test.each([
    { what: 'no image', first: Buffer.alloc(100, 'no image'), code: 'NOT_AN_IMAGE', pulled: 1 },
    { what: 'too large', first: gifLike(900), code: 'PAYLOAD_TOO_LARGE', pulled: 2 },
  ])('that is $what is let go at the first byte that shows it', async ({ first, code, pulled }) => {
    await using engines = await openTestEngines()
    await using staged = engines.staging.begin()
    const { state, bytes } = counted([first, ...split(gifLike(10_000), 200)])
    await expect(stageFile(bytes, staged, { limits, declaredType })).rejects.toMatchObject({ code })
    expect(state).toEqual({ pulled, isReleased: true })
  })

  test('waits until staging has room', async () => {
    const room = Promise.withResolvers<void>()
    const staged: StagedUpload = {
      write: () => room.promise,
      finish: async () => ({ source: { path: '', sync: async () => {} }, byteSize: 0, sha256: '' }),
      [Symbol.asyncDispose]: async () => {},
    }
    const { state, bytes } = counted(split(gifLike(600), 200))
    const staging = stageFile(bytes, staged, { limits, declaredType })
    await new Promise((resolve) => setImmediate(resolve))
    expect(state.pulled).toBe(1)
    room.resolve()
    await staging
    expect(state.pulled).toBe(3)
  })
})
