import { describe, expect, test } from 'vitest'
import { openByteReader } from '../byte-reader.ts'
import { readAvif } from './avif.ts'

/** A box, or with `version` a full box, around its content. */
function box(type: string, ...content: (Uint8Array | number[])[]): Buffer {
  const body = Buffer.concat(content.map((part) => Buffer.from(part)))
  const header = Buffer.alloc(8)
  header.writeUInt32BE(body.length + 8)
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, body])
}
const u16 = (value: number) => [value >> 8, value & 255]
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)]
const full = (version = 0, flags = 0) => [version, 0, 0, flags]

const ispe = (width: number, height: number) => box('ispe', full(), u32(width), u32(height))
/** Ties each item to one property, both counted from 1. */
const ipma = (...pairs: (readonly [item: number, property: number])[]) =>
  box('ipma', full(), u32(pairs.length), ...pairs.map(([item, property]) => [...u16(item), 1, property]))
const dimg = (from: number, ...to: number[]) => box('dimg', u16(from), u16(to.length), to.flatMap(u16))
const infe = (item: number, type: string) =>
  box('infe', full(2), u16(item), u16(0), Buffer.from(type, 'latin1'), [0])

/** What is found in an AVIF that has these boxes in its `meta` box. */
function read(...boxes: Buffer[]) {
  return readFile(Buffer.concat([box('ftyp', Buffer.from('avif')), box('meta', full(), ...boxes)]))
}

function readFile(file: Uint8Array) {
  using bytes = openByteReader(file)
  return readAvif(bytes)
}

describe('readAvif', () => {
  test('finds nothing if nothing is declared', () => {
    const nothing = { format: 'avif', isTruncated: false, decodedPixels: 0, hasOverlay: false, hasAv1: false }
    expect(read()).toEqual({ ...nothing, patches: [] })
    expect(readFile(new Uint8Array())).toMatchObject(nothing)
  })

  test('counts the pixels of the largest picture', () => {
    const iprp = box('iprp', box('ipco', ispe(100, 50), ispe(3000, 2000)), ipma([1, 1], [2, 2]))
    expect(read(iprp).decodedPixels).toBe(6_000_000)
  })

  test('reads wide associations and 32-bit item ids', () => {
    const wide = box('ipma', full(1, 1), u32(1), u32(70_000), [1], u16(0x8002))
    const iprp = box('iprp', box('ipco', box('av1C', [0]), ispe(40, 30)), wide)
    expect(read(iprp).decodedPixels).toBe(1200)
  })

  test('B131 counts a tile as often as a grid names it', () => {
    const iprp = box('iprp', box('ipco', ispe(1, 1), ispe(1000, 1000)), ipma([1, 1], [2, 2]))
    const iref = box('iref', full(), dimg(1, 2, 2, 2, 2, 2))
    expect(read(iprp, iref).decodedPixels).toBe(5_000_000)
  })

  test('B131 grids that contain each other, or are nested too deeply, have infinitely many pixels', () => {
    const iprp = box('iprp', box('ipco', ispe(1, 1)), ipma([1, 1]))
    expect(read(iprp, box('iref', full(), dimg(1, 2), dimg(2, 1))).decodedPixels).toBe(Infinity)
    const chain = Array.from({ length: 20 }, (_, item) => dimg(item + 1, item + 2))
    expect(read(iprp, box('iref', full(), ...chain)).decodedPixels).toBe(Infinity)
  })

  test('B131 grids of grids that double at each level are counted in one pass', () => {
    const iprp = box('iprp', box('ipco', ispe(1000, 1000)), ipma([8, 1]))
    const levels = Array.from({ length: 7 }, (_, level) =>
      dimg(level + 1, ...Array<number>(200).fill(level + 2)),
    )
    expect(read(iprp, box('iref', full(), ...levels)).decodedPixels).toBeCloseTo(200 ** 7 * 1e6, -10)
  })

  test('B131 finds overlays', () => {
    expect(read(box('iinf', full(), u16(1), infe(1, 'av01'))).hasOverlay).toBe(false)
    const iinf = box('iinf', full(), u16(2), infe(1, 'av01'), infe(2, 'iovl'))
    expect(read(iinf).hasOverlay).toBe(true)
  })

  test('B131 a file cut anywhere, or with any byte changed, gives a result or a RangeError', () => {
    const iprp = box('iprp', box('ipco', ispe(10, 10), ispe(20, 20)), ipma([1, 1], [2, 2]))
    const iref = box('iref', full(), dimg(1, 2, 2))
    const whole = box('meta', full(), box('iinf', full(), u16(1), infe(1, 'av01')), iprp, iref)
    const variants = [
      ...Array.from(whole, (_, length) => whole.subarray(0, length)),
      ...Array.from(whole, (_, at) => [0, 1, 255].map((value) => whole.with(at, value))).flat(),
    ]
    for (const variant of variants) {
      let outcome: unknown
      try {
        outcome = readFile(variant).decodedPixels
      } catch (error) {
        outcome = error
      }
      expect(typeof outcome === 'number' || outcome instanceof RangeError).toBe(true)
    }
  })
})

describe('an AVIF file', () => {
  test('B119 is truncated if its last box is cut', () => {
    const file = Buffer.concat([box('meta', full()), box('mdat', [1, 2, 3])])
    expect(readFile(file)).toMatchObject({ isTruncated: false })
    expect(readFile(file.subarray(0, -1))).toMatchObject({ isTruncated: true, size: undefined })
  })

  test('B106 may have junk after its boxes', () => {
    const file = Buffer.concat([box('meta', full()), Buffer.from('junk after the end')])
    expect(readFile(file)).toMatchObject({ isTruncated: false })
  })

  test('B131 has one meta box of at most 1 MiB', () => {
    expect(() => readFile(Buffer.concat([box('meta', full()), box('meta', full())]))).toThrow(RangeError)
    expect(() => readFile(box('meta', Buffer.alloc(1024 * 1024)))).toThrow(RangeError)
  })

  test('is displayed as its primary item, cropped and turned', () => {
    const primary = box('pitm', full(), u16(2))
    const clap = box('clap', ...[30, 1, 40, 1, 0, 1, 0, 1].map(u32))
    const properties = box('ipco', ispe(100, 50), ispe(60, 80), clap, box('irot', [1]))
    const associations = (...indexes: number[]) =>
      box('ipma', full(), u32(2), u16(1), [1, 1], u16(2), [indexes.length, ...indexes])
    const sizeOf = (...indexes: number[]) =>
      read(primary, box('iprp', properties, associations(...indexes))).size
    expect(sizeOf(2)).toEqual({ width: 60, height: 80 })
    expect(sizeOf(2, 3)).toEqual({ width: 30, height: 40 })
    expect(sizeOf(2, 3, 4)).toEqual({ width: 40, height: 30 })
    expect(sizeOf()).toBeUndefined()
  })
})

describe('B131 boxes that declare more members than they have', () => {
  const property = box('ipco', ispe(1000, 1000))

  test('in a property are refused, and the bytes after the box are not read', () => {
    const association = box('ipma', full(), u32(2), u16(1), [1, 1])
    const lies = box('iprp', property, association, box('free', [0, 2, 1, 1]))
    expect(() => read(lies)).toThrow(RangeError)
  })

  test('in a grid are refused, and the bytes after the box are not read', () => {
    const lies = box('iref', full(), box('dimg', u16(1), u16(3), u16(2)), dimg(4, 5, 6))
    expect(() => read(lies)).toThrow(RangeError)
  })
})
