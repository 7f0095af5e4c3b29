import type { Size } from '../image.ts'
import { type Extent, locateAvifItem, readAvifItems } from './avif-boxes.ts'
import { type AvifProperties, readAvifProperties } from './avif-properties.ts'
import { readAvifSize } from './avif-size.ts'
import { type Box, bodyOf, boxesWithin } from './boxes.ts'

/** What a decoder must hold to show an AVIF, as its `meta` box declares it. */
export interface AvifExtent {
  /** Pixels of the largest picture, or of all tiles of the largest grid. */
  readonly pixels: number
  /** Whether there is an overlay (`iovl`), whose canvas nothing in the `meta` box bounds. */
  readonly hasOverlay: boolean
  /** As displayed; absent where it names no picture, or one without a size. */
  readonly size?: Size | undefined
  /** Whether an item of it is coded as AV1, as none of a HEIC is. */
  readonly hasAv1: boolean
  /** Where its EXIF lies in the file, behind four bytes that are none of it. */
  readonly exif?: Extent | undefined
}

/**
 * Adds up what an AVIF makes its decoder allocate. The size that is displayed does not tell: a `clap` of 1 × 1
 * on 12 000 × 12 000 coded pixels passes for one pixel and then costs 10 s and 2.5 GB, and a grid counts one
 * tile a thousand times (B123, B131, B134). The decoder itself refuses pictures larger than their `ispe`, so
 * what is added up here can be relied on.
 *
 * @param meta body of the `meta` box, untrusted
 * @throws RangeError where a box inside ends too early
 * @see ISO/IEC 23008-12 §6.5.3 (ispe), §6.6.2.3 (grid), §9.3 (ipma); ISO/IEC 14496-12 §8.11.12 (iref)
 */
export function measureAvif(meta: Uint8Array): AvifExtent {
  const view = new DataView(meta.buffer, meta.byteOffset, meta.byteLength)
  const children = [...boxesWithin(view, 4, meta.length)]
  const properties = readAvifProperties(view, children)
  const areas = readAreas(view, properties)
  const tiles = readTiles(view, children)
  const weights = new Map<number, number>()

  function weigh(item: number, depth: number): number {
    const known = weights.get(item)
    if (known !== undefined) return known
    // Grids of grids this deep, or in a circle, exist only to hurt.
    if (depth > 8) return Infinity
    let sum = 0
    for (const tile of tiles.get(item) ?? []) sum += weigh(tile, depth + 1)
    const weight = Math.max(areas.get(item) ?? 0, sum)
    weights.set(item, weight)
    return weight
  }

  let pixels = 0
  for (const item of [...areas.keys(), ...tiles.keys()]) pixels = Math.max(pixels, weigh(item, 0))
  const items = readAvifItems(view, children)
  const exif = items.find(({ type }) => type === 'Exif')
  return {
    pixels,
    hasOverlay: items.some(({ type }) => type === 'iovl'),
    hasAv1: items.some(({ type }) => type === 'av01'),
    size: readAvifSize(view, children, properties),
    exif: exif && locateAvifItem(view, children, exif.id),
  }
}

/** Area of each item that has one: that of the largest `ispe` tied to it. */
function readAreas(view: DataView, properties: AvifProperties): Map<number, number> {
  const areas = new Map<number, number>()
  for (const [item, tied] of properties)
    for (const { type, start } of tied) {
      if (type !== 'ispe') continue
      const area = view.getUint32(start + 4) * view.getUint32(start + 8)
      areas.set(item, Math.max(areas.get(item) ?? 0, area))
    }
  return areas
}

/** The items that each derived item is made of, as often as it names them. */
function readTiles(view: DataView, children: readonly Box[]): Map<number, number[]> {
  const tiles = new Map<number, number[]>()
  for (const iref of children.filter(({ type }) => type === 'iref')) {
    const isWide = view.getUint8(iref.start) > 0
    const idByteSize = isWide ? 4 : 2
    for (const box of boxesWithin(view, iref.start + 4, iref.end)) {
      if (box.type !== 'dimg') continue
      const dimg = bodyOf(view, box)
      const id = (at: number) => (isWide ? dimg.getUint32(at) : dimg.getUint16(at))
      const from = id(0)
      const count = dimg.getUint16(idByteSize)
      const list = tiles.get(from) ?? []
      for (let i = 0; i < count; i += 1) list.push(id(idByteSize + 2 + i * idByteSize))
      tiles.set(from, list)
    }
  }
  return tiles
}
