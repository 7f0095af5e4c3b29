import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PhotoFormat, photoFormats } from '@tintype/contract'
import { array, assert, asyncProperty, constantFrom, nat, oneof, property, uint8Array } from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readTakenAt } from '../metadata/taken-at.ts'
import { makeGpsJpeg, makeImage } from '../testing/index.ts'
import { type ByteReader, openByteReader } from './byte-reader.ts'
import { guessFileType } from './guess-file-type.ts'
import { identify } from './identify.ts'
import { readStructure } from './read-structure.ts'
import type { ImageStructure } from './types.ts'

const originals = new Map<PhotoFormat, Buffer>()
let directory: Awaited<ReturnType<typeof mkdtempDisposable>>
beforeAll(async () => {
  for (const format of photoFormats)
    originals.set(format, Buffer.from(await makeImage({ width: 24, height: 16, format })))
  originals.set('jpeg', Buffer.from(await makeGpsJpeg()))
  directory = await mkdtempDisposable(join(tmpdir(), 'tintype-structure-'))
})
afterAll(() => directory[Symbol.asyncDispose]())

const format = constantFrom(...photoFormats)
const numbers = [0, 1, 7, 8, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff]
const edit = array(
  oneof(
    { weight: 3, arbitrary: constantFrom(...numbers).map((number) => u32(number)) },
    uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
    constantFrom(
      'IDAT',
      'iTXt',
      'ispe',
      'ipma',
      'iref',
      'dimg',
      'meta',
      '\xff\xda',
      '\xff\xd9',
      '!\xf9',
      ',',
    ).map((one) => Buffer.from(one, 'latin1')),
  ).chain((put) => nat().chain((at) => constantFrom(0, put.length, 40).map((drop) => ({ at, put, drop })))),
  { maxLength: 4 },
)

function u32(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(number)
  return bytes
}

interface Edit {
  readonly at: number
  readonly drop: number
  readonly put: Buffer
}

function mutate(bytes: Buffer, edits: readonly Edit[]): Buffer {
  return edits.reduce((changed, { at, drop, put }) => {
    // Half of all edits are made at the beginning, which contains most of the structure.
    const start = at % 2 === 0 ? at % (changed.length + 1) : at % Math.min(200, changed.length + 1)
    return Buffer.concat([changed.subarray(0, start), put, changed.subarray(start + drop)])
  }, bytes)
}

/** The result of a walk, or the name of the one error that it may throw. */
function outcomeOf(bytes: ByteReader, kind: PhotoFormat): ImageStructure | string {
  try {
    return readStructure(bytes, kind)
  } catch (error) {
    if (error instanceof RangeError) return 'RangeError'
    throw error
  }
}

/** A reader that counts its steps, to compare them with the size. */
function counted(bytes: Uint8Array) {
  const inner = openByteReader(bytes)
  let steps = 0
  const reader: ByteReader = {
    byteSize: inner.byteSize,
    byteAt: (offset) => inner.byteAt(count(offset, 1)),
    uint32At: (offset) => inner.uint32At(count(offset, 1)),
    findMarker(markers, offset) {
      const found = inner.findMarker(markers, count(offset, 2))
      steps += Math.max(0, (found < 0 ? inner.byteSize : found) - offset)
      return found
    },
    slice: (offset, length) => inner.slice(count(offset, Math.min(length, inner.byteSize)), length),
    charge() {},
    [Symbol.dispose]() {},
  }
  function count(offset: number, weight: number): number {
    expect(Number.isSafeInteger(offset) && offset >= 0).toBe(true)
    steps += weight
    return offset
  }
  return { reader, steps: () => steps }
}

describe('any bytes', () => {
  test('B150 get a name', async () => {
    await assert(
      property(uint8Array({ maxLength: 100 }), (head) => {
        expect([undefined, ...photoFormats]).toContain(identify(head))
        expect(guessFileType(head)).toMatch(/^[\w -]{2,20}$/)
      }),
    )
  })

  test('B119 B123 are walked over in steps proportional to their size, with a result or a RangeError', async () => {
    await assert(
      property(format, edit, uint8Array({ maxLength: 300 }), (kind, edits, tail) => {
        const original = originals.get(kind) ?? Buffer.alloc(0)
        for (const bytes of [
          mutate(original, edits),
          Buffer.concat([original.subarray(0, 40), tail]),
          tail,
        ]) {
          const { reader, steps } = counted(bytes)
          const outcome = outcomeOf(reader, kind)
          expect(steps()).toBeLessThan(6 * bytes.length + 2000)
          if (typeof outcome === 'string') continue
          expect(typeof outcome.isTruncated).toBe('boolean')
          expect(outcome.format).toBe(kind)
          if (outcome.format === 'avif') expect(outcome.decodedPixels).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  test('a file gives the same structure as its bytes in memory', async () => {
    await assert(
      asyncProperty(format, edit, nat(2), async (kind, edits, repeats) => {
        const original = mutate(originals.get(kind) ?? Buffer.alloc(0), edits)
        // More than the reader's buffer holds.
        const bytes = Buffer.concat([original, Buffer.alloc(repeats * 50_000, original)])
        const path = join(directory.path, 'image')
        await writeFile(path, bytes)
        using inFile = openByteReader({ path })
        using inMemory = openByteReader(new Uint8Array(bytes))
        expect(outcomeOf(inFile, kind)).toEqual(outcomeOf(inMemory, kind))
      }),
    )
  })

  test('B128 B154 as EXIF are read as a possible date or none', async () => {
    const start = oneof(constantFrom('Exif\0\0II*\0\x08\0\0\0', 'MM\0*\0\0\0\x08', 'II', ''))
    const tags = constantFrom(
      '\x69\x87\x04\0',
      '\x03\x90\x02\0',
      '\x11\x90\x02\0',
      '2020:01:02 03:04:05\0',
      '+14:00\0',
    )
    const piece = oneof(
      tags,
      constantFrom('\x02\0', '\xff\xff\xff\xff', '\0\0\0\x08', '\x1a\0\0\0'),
      uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    )
    await assert(
      property(start, array(piece, { maxLength: 30 }), (head, pieces) => {
        expectDate(readTakenAt({ exif: Buffer.from(head + pieces.join(''), 'latin1') }))
      }),
    )
    await assert(
      property(edit, (edits) => {
        const jpeg = mutate(originals.get('jpeg') ?? Buffer.alloc(0), edits)
        expectDate(readTakenAt({ exif: jpeg.subarray(jpeg.indexOf('Exif')) }))
      }),
    )
  })
})

function expectDate(takenAt: string | null): void {
  if (takenAt === null) return
  expect(takenAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z?$/)
  expect(Number.isNaN(Date.parse(takenAt))).toBe(false)
}
