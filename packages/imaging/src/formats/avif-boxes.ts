import { type Box, boxesWithin, boxType } from './boxes.ts'

/** One item of a `meta` box. */
export interface AvifItem {
  readonly id: number
  /** Such as `av01`, `grid`, `iovl` and `Exif`. */
  readonly type: string
}

/** Where bytes lie in a file. */
export interface Extent {
  readonly offset: number
  readonly byteSize: number
}

/** The items that a `meta` box declares. @see ISO/IEC 14496-12 §8.11.6 (iinf, infe) */
export function readAvifItems(view: DataView, children: readonly Box[]): AvifItem[] {
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
 * Where an item lies that is one piece of the file itself; `undefined` of any other.
 *
 * @throws RangeError where the box ends too early
 * @see ISO/IEC 14496-12 §8.11.3 (iloc)
 */
export function locateAvifItem(view: DataView, children: readonly Box[], wanted: number): Extent | undefined {
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
