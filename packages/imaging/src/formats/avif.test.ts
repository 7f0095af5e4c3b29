import { describe, expect, test } from 'vitest'
import { measureAvif } from './avif.ts'

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
const meta = (...boxes: Buffer[]) => Buffer.concat([Buffer.from(full()), ...boxes])

describe('measureAvif', () => {
  test('adds up nothing where nothing is declared', () => {
    expect(measureAvif(meta())).toEqual({ pixels: 0, hasOverlay: false, hasAv1: false })
  })

  test('takes the largest picture', () => {
    const iprp = box('iprp', box('ipco', ispe(100, 50), ispe(3000, 2000)), ipma([1, 1], [2, 2]))
    expect(measureAvif(meta(iprp)).pixels).toBe(6_000_000)
  })

  test('reads wide associations and 32-bit item ids', () => {
    const wide = box('ipma', full(1, 1), u32(1), u32(70_000), [1], u16(0x8002))
    const iprp = box('iprp', box('ipco', box('av1C', [0]), ispe(40, 30)), wide)
    expect(measureAvif(meta(iprp)).pixels).toBe(1200)
  })

  test('B131 counts a tile as often as a grid names it', () => {
    const iprp = box('iprp', box('ipco', ispe(1, 1), ispe(1000, 1000)), ipma([1, 1], [2, 2]))
    const iref = box('iref', full(), dimg(1, 2, 2, 2, 2, 2))
    expect(measureAvif(meta(iprp, iref)).pixels).toBe(5_000_000)
  })

  test('B131 a grid in a circle, or of grids too deep, is without bound', () => {
    const iprp = box('iprp', box('ipco', ispe(1, 1)), ipma([1, 1]))
    expect(measureAvif(meta(iprp, box('iref', full(), dimg(1, 2), dimg(2, 1)))).pixels).toBe(Infinity)
    const chain = Array.from({ length: 20 }, (_, item) => dimg(item + 1, item + 2))
    expect(measureAvif(meta(iprp, box('iref', full(), ...chain))).pixels).toBe(Infinity)
  })

  test('B131 grids of grids that double at each level are added up in one pass', () => {
    const iprp = box('iprp', box('ipco', ispe(1000, 1000)), ipma([8, 1]))
    const levels = Array.from({ length: 7 }, (_, level) =>
      dimg(level + 1, ...Array<number>(200).fill(level + 2)),
    )
    expect(measureAvif(meta(iprp, box('iref', full(), ...levels))).pixels).toBeCloseTo(200 ** 7 * 1e6, -10)
  })

  test('B131 sees overlays', () => {
    expect(measureAvif(meta(box('iinf', full(), u16(1), infe(1, 'av01')))).hasOverlay).toBe(false)
    const iinf = box('iinf', full(), u16(2), infe(1, 'av01'), infe(2, 'iovl'))
    expect(measureAvif(meta(iinf)).hasOverlay).toBe(true)
  })

  test('B131 ends with an answer or a RangeError wherever it is cut and whatever byte is changed', () => {
    const iprp = box('iprp', box('ipco', ispe(10, 10), ispe(20, 20)), ipma([1, 1], [2, 2]))
    const iref = box('iref', full(), dimg(1, 2, 2))
    const whole = meta(box('iinf', full(), u16(1), infe(1, 'av01')), iprp, iref)
    const variants = [
      ...Array.from(whole, (_, length) => whole.subarray(0, length)),
      ...Array.from(whole, (_, at) => [0, 1, 255].map((value) => whole.with(at, value))).flat(),
    ]
    for (const variant of variants) {
      let outcome: unknown
      try {
        outcome = measureAvif(variant).pixels
      } catch (error) {
        outcome = error
      }
      expect(typeof outcome === 'number' || outcome instanceof RangeError).toBe(true)
    }
  })
})

describe('B131 boxes that declare more members than they have', () => {
  const property = box('ipco', ispe(1000, 1000))

  test('of a property are refused, and not read on into what stands behind them', () => {
    const association = box('ipma', full(), u32(2), u16(1), [1, 1])
    const lies = meta(box('iprp', property, association, box('free', [0, 2, 1, 1])))
    expect(() => measureAvif(lies)).toThrow(RangeError)
  })

  test('of a grid are refused, and not read on into what stands behind them', () => {
    const lies = meta(box('iref', full(), box('dimg', u16(1), u16(3), u16(2)), dimg(4, 5, 6)))
    expect(() => measureAvif(lies)).toThrow(RangeError)
  })
})
