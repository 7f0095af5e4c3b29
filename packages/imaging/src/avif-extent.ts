import { type Box, boxesWithin, boxType } from './boxes.ts'

/** What a decoder must hold to show an AVIF, as its `meta` box declares it. */
export interface AvifExtent {
  /** Pixels of the largest picture, or of all tiles of the largest grid. */
  readonly pixels: number
  /** Whether there is an overlay (`iovl`), whose canvas nothing in the `meta` box bounds. */
  readonly hasOverlay: boolean
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
  const areas = readAreas(view, children)
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
  return { pixels, hasOverlay: readItemTypes(view, children).includes('iovl') }
}

/** Area of each item that has one: that of the largest `ispe` tied to it. */
function readAreas(view: DataView, children: readonly Box[]): Map<number, number> {
  const areas = new Map<number, number>()
  for (const iprp of children.filter(({ type }) => type === 'iprp')) {
    const inner = [...boxesWithin(view, iprp.start, iprp.end)]
    const properties = inner
      .filter(({ type }) => type === 'ipco')
      .flatMap(({ start, end }) => [...boxesWithin(view, start, end)])
    for (const ipma of inner.filter(({ type }) => type === 'ipma'))
      readAssociations(bodyOf(view, ipma), (item, index) => {
        const property = properties[index - 1]
        if (property?.type !== 'ispe') return
        const area = view.getUint32(property.start + 4) * view.getUint32(property.start + 8)
        areas.set(item, Math.max(areas.get(item) ?? 0, area))
      })
  }
  return areas
}

function readAssociations(view: DataView, onAssociation: (item: number, index: number) => void): void {
  const version = view.getUint8(0)
  const isWide = (view.getUint8(3) & 1) === 1
  const entries = view.getUint32(4)
  let at = 8
  for (let entry = 0; entry < entries; entry += 1) {
    const item = version < 1 ? view.getUint16(at) : view.getUint32(at)
    at += version < 1 ? 2 : 4
    const associations = view.getUint8(at)
    at += 1
    for (let i = 0; i < associations; i += 1) {
      onAssociation(item, isWide ? view.getUint16(at) & 0x7fff : view.getUint8(at) & 0x7f)
      at += isWide ? 2 : 1
    }
  }
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

/**
 * A box's own bytes and no more: a thousand small boxes that each declare as many members as there are bytes
 * behind them would be read a thousand times over.
 */
function bodyOf(view: DataView, { start, end }: Box): DataView {
  return new DataView(view.buffer, view.byteOffset + start, end - start)
}

function readItemTypes(view: DataView, children: readonly Box[]): string[] {
  return children
    .filter(({ type }) => type === 'iinf')
    .flatMap(({ start, end }) => {
      const countByteSize = view.getUint8(start) === 0 ? 2 : 4
      return [...boxesWithin(view, start + 4 + countByteSize, end)]
    })
    .filter(({ type }) => type === 'infe')
    .map(({ start }) => boxType(view.getUint32(start + (view.getUint8(start) === 3 ? 10 : 8))))
}
