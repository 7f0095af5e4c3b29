import { type Box, bodyOf, boxesWithin, boxType } from '../boxes.ts'
import type { Extent } from '../types.ts'

/** The body of an AVIF's `meta` box and the boxes directly inside it. */
export interface AvifMeta {
  readonly view: DataView
  readonly children: readonly Box[]
}

/** One item that a `meta` box declares. */
export interface AvifItem {
  readonly id: number
  /** For example `av01`, `grid`, `iovl` or `Exif`. */
  readonly type: string
}

const keptProperties = ['ispe', 'clap', 'irot', 'imir', 'colr', 'clli', 'av1C', 'auxC']

/**
 * Properties of each item by its id, in the order in which they apply: its size and how it is turned (`ispe`, `clap`, `irot`,
 * `imir`), its colours (`colr`, `clli`), how it is coded (`av1C`) and what it is to another item (`auxC`).
 */
export type AvifProperties = ReadonlyMap<number, readonly Box[]>

/** @param body of the `meta` box, untrusted */
export function openAvifMeta(body: Uint8Array): AvifMeta {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  return { view, children: [...boxesWithin(view, 4, body.length)] }
}

/**
 * The items that a `meta` box declares.
 *
 * @throws RangeError if a box ends too early
 * @see ISO/IEC 14496-12 §8.11.6 (iinf, infe)
 */
export function readAvifItems({ view, children }: AvifMeta): AvifItem[] {
  return children
    .filter(({ type }) => type === 'iinf')
    .flatMap(({ start, end }) => {
      const countByteSize = view.getUint8(start) === 0 ? 2 : 4
      return [...boxesWithin(view, start + 4 + countByteSize, end)]
    })
    .filter(({ type }) => type === 'infe')
    .map(({ start }) => {
      const isWide = view.getUint8(start) === 3
      const id = isWide ? view.getUint32(start + 4) : view.getUint16(start + 4)
      return { id, type: boxType(view.getUint32(start + (isWide ? 10 : 8))) }
    })
}

/**
 * The id of the item that is displayed; `undefined` if none is named.
 *
 * @throws RangeError if the box ends too early
 * @see ISO/IEC 14496-12 §8.11.4 (pitm)
 */
export function readPrimaryItem({ view, children }: AvifMeta): number | undefined {
  const pitm = children.find(({ type }) => type === 'pitm')
  if (!pitm) return undefined
  const isWide = view.getUint8(pitm.start) > 0
  return isWide ? view.getUint32(pitm.start + 4) : view.getUint16(pitm.start + 4)
}

/**
 * The range of bytes that an item occupies; `undefined` if it is in several pieces or outside the file.
 *
 * @throws RangeError if the box ends too early
 * @see ISO/IEC 14496-12 §8.11.3 (iloc)
 */
export function locateAvifItem({ view, children }: AvifMeta, wanted: number): Extent | undefined {
  const iloc = children.find(({ type }) => type === 'iloc')
  if (!iloc) return undefined
  let at = iloc.start
  const read = (byteSize: number): number => {
    let value = 0
    for (const end = at + byteSize; at < end; at += 1) value = value * 256 + view.getUint8(at)
    return value
  }
  const version = read(1)
  read(3)
  const sizes = read(2)
  const [offsetByteSize = 0, lengthByteSize = 0, baseByteSize = 0, indexByteSize = 0] = [12, 8, 4, 0].map(
    (shift) => (sizes >>> shift) & 15,
  )
  const count = read(version < 2 ? 2 : 4)
  for (let item = 0; item < count; item += 1) {
    const id = read(version < 2 ? 2 : 4)
    const isInFile = version === 0 || (read(2) & 15) === 0
    read(2)
    const base = read(baseByteSize)
    const extents = read(2)
    const extentByteSize = (version === 0 ? 0 : indexByteSize) + offsetByteSize + lengthByteSize
    if (id !== wanted) {
      at += extents * extentByteSize
      continue
    }
    if (!isInFile || extents !== 1) return undefined
    if (version > 0) read(indexByteSize)
    return { offset: base + read(offsetByteSize), byteSize: read(lengthByteSize) }
  }
  return undefined
}

/**
 * The properties of each item.
 *
 * @throws RangeError if a box ends too early
 * @see ISO/IEC 23008-12 §9.3 (iprp, ipco, ipma)
 */
export function readAvifProperties({ view, children }: AvifMeta): AvifProperties {
  const byItem = new Map<number, Box[]>()
  for (const iprp of children.filter(({ type }) => type === 'iprp')) {
    const inner = [...boxesWithin(view, iprp.start, iprp.end)]
    const properties = inner
      .filter(({ type }) => type === 'ipco')
      .flatMap(({ start, end }) => [...boxesWithin(view, start, end)])
    for (const ipma of inner.filter(({ type }) => type === 'ipma'))
      readAssociations(bodyOf(view, ipma), (item, index) => {
        const property = properties[index - 1]
        if (!property || !keptProperties.includes(property.type)) return
        const list = byItem.get(item)
        if (list) list.push(property)
        else byItem.set(item, [property])
      })
  }
  return byItem
}

/**
 * The items that each grid or other derived item is made of. An item that is named several times is listed as often.
 *
 * @throws RangeError if a box ends too early
 * @see ISO/IEC 14496-12 §8.11.12 (iref)
 */
export function readAvifTiles({ view, children }: AvifMeta): ReadonlyMap<number, readonly number[]> {
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
