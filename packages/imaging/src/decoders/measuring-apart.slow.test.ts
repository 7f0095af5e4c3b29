import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import type { PhotoFormat } from '@tintype/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createImaging } from '../imaging.ts'
import { makeFlatJpeg, makeImage, unhurried } from '../testing/index.ts'
import { makePngChunk, withPngChunks } from '../testing/make-png-chunk.ts'

const limits = { maxPixels: 1e8, maxAvifPixels: 5e7, maxSide: 30_000, maxFrames: 1000 }
const byteSize = 8 * 1024 * 1024

let directory: Awaited<ReturnType<typeof mkdtempDisposable>>
beforeAll(async () => {
  directory = await mkdtempDisposable(join(tmpdir(), 'tintype-measure-'))
})
afterAll(() => directory[Symbol.asyncDispose]())

/** The result of measuring a file, and whether a decoder was used. */
async function measure(bytes: Uint8Array, format: PhotoFormat) {
  const path = join(directory.path, 'image')
  await writeFile(path, bytes)
  await using imaging = createImaging({ ...unhurried, limits, concurrency: 1, queueLength: 0 })
  const answer = await imaging.readFacts({ path }, format).catch((error: unknown) => error)
  return { answer, isApart: imaging.load().decoders.length > 0 }
}

/** One piece, repeated. */
function repeat(piece: Uint8Array): Buffer {
  return Buffer.alloc(byteSize - (byteSize % piece.length), piece)
}

async function png(...chunks: readonly Uint8Array[]): Promise<Uint8Array> {
  return withPngChunks(await makeImage({ width: 40, height: 30, format: 'png' }), chunks)
}

/** A JPEG of several scans with something after the header of its first. */
function progressive(inScan: Uint8Array): Buffer {
  const image = Buffer.from(makeFlatJpeg({ width: 40, height: 30, components: 1 }))
  const at = image.indexOf(Buffer.of(0xff, 0xda)) + 2 + 8
  return Buffer.concat([image.subarray(0, at), inScan, image.subarray(at)])
}

const chunk = (type: string) => repeat(makePngChunk(type, new Uint8Array(0)))
const riff = (chunks: Uint8Array) => {
  const head = Buffer.from('RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x27\0\0\x1d\0\0', 'latin1')
  head.writeUInt32LE(head.length + chunks.length - 8, 4)
  return Buffer.concat([head, chunks])
}

describe('B310 a large file whose structure runs through all of it is measured in a decoder', () => {
  test.for<readonly [string, PhotoFormat, () => Uint8Array | Promise<Uint8Array>]>([
    ['PNG of chunks without data', 'png', () => png(chunk('tEXt'))],
    ['JPEG of 0xff', 'jpeg', () => progressive(repeat(Buffer.of(0xff)))],
    ['JPEG of 0xff and 0', 'jpeg', () => progressive(repeat(Buffer.of(0xff, 0)))],
    ['JPEG of restarts', 'jpeg', () => progressive(repeat(Buffer.of(0xff, 0xd0)))],
    ['JPEG of tables', 'jpeg', () => progressive(repeat(Buffer.of(0xff, 0xc4, 0, 2)))],
    ['WebP of chunks without data', 'webp', () => riff(repeat(Buffer.from('JUNK\0\0\0\0')))],
  ])('such as a %s', async ([_name, format, make]) => {
    const { answer, isApart } = await measure(await make(), format)
    expect(answer).toMatchObject({ width: 40, height: 30 })
    expect(isApart).toBe(true)
  })

  test('such as a JPEG with junk before its picture', async () => {
    const image = Buffer.from(await makeImage({ width: 40, height: 30, format: 'jpeg' }))
    const junk = Buffer.concat([image.subarray(0, 2), repeat(Buffer.of(1)), image.subarray(2)])
    expect(await measure(junk, 'jpeg')).toMatchObject({ answer: { width: 40, height: 30 }, isApart: true })
  })

  test('such as a GIF of blocks of one byte', async () => {
    const image = Buffer.from(await makeImage({ width: 40, height: 30, format: 'gif' }))
    const comment = Buffer.concat([Buffer.of(0x21, 0xfe), repeat(Buffer.of(1, 1)), Buffer.of(0)])
    const long = Buffer.concat([image.subarray(0, -1), comment, image.subarray(-1)])
    expect(await measure(long, 'gif')).toMatchObject({ answer: { width: 40, height: 30 }, isApart: true })
  })

  test('B127 such as a PNG that would have to be inflated, which a decoder refuses', async () => {
    const text = Buffer.concat([Buffer.from('a\0\0'), deflateSync(Buffer.alloc(20_000_000))])
    const { answer, isApart } = await measure(await png(makePngChunk('zTXt', text)), 'png')
    expect(answer).toMatchObject({ code: 'TOO_MANY_PIXELS' })
    expect(isApart).toBe(true)
  })
})

test('B310 a small or plain image is measured without a decoder', async () => {
  for (const format of ['jpeg', 'png', 'gif', 'webp', 'avif'] as const) {
    const image = await makeImage({ width: 40, height: 30, format })
    expect(await measure(image, format)).toMatchObject({ answer: { width: 40 }, isApart: false })
  }
  const data = Buffer.alloc(25 * 1024 * 1024, makePngChunk('IDAT', new Uint8Array(8192)))
  const whole = await makeImage({ width: 40, height: 30, format: 'png' })
  const large = Buffer.concat([
    whole.subarray(0, 33),
    data.subarray(0, -(data.length % 8204)),
    whole.subarray(33),
  ])
  expect(await measure(large, 'png')).toMatchObject({ answer: { width: 40 }, isApart: false })
})

test.for(['zTXt', 'iTXt', 'iCCP'])(
  'B127 a PNG of more than a thousand %s is refused by their number alone',
  async (type) => {
    const chunks = Array<Uint8Array>(1001).fill(makePngChunk(type, Buffer.from('a')))
    const refused = { answer: { code: 'TOO_MANY_PIXELS' } }
    expect(await measure(await png(...chunks), 'png')).toMatchObject(refused)
    expect(await measure(await png(...chunks.slice(1)), 'png')).toMatchObject({ answer: { width: 40 } })
  },
)
