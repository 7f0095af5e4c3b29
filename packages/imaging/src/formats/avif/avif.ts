import type { Size } from '../../image.ts'
import { maxExifByteSize } from '../../metadata/exif.ts'
import { maxXmpByteSize } from '../../metadata/xmp.ts'
import { boxType } from '../boxes.ts'
import type { ByteReader } from '../byte-reader.ts'
import type { AvifStructure, Extent, Patch } from '../types.ts'
import {
  type AvifMeta,
  type AvifProperties,
  locateAvifItem,
  openAvifMeta,
  readAvifItems,
  readAvifProperties,
  readAvifTiles,
  readPrimaryItem,
} from './avif-boxes.ts'
import { readAvifColours } from './avif-colours.ts'
import { readAvifTurn } from './avif-turn.ts'

// The largest seen in practice has 40 KB: a grid with hundreds of tiles.
const maxMetaByteSize = 1024 * 1024
const maxTopLevelBoxes = 1000
const topLevelBoxes = ['ftyp', 'meta', 'mdat', 'free', 'skip', 'moov', 'uuid']

/** A byte of the worst possible `meta` box takes as long to read as scanning this many bytes. */
const metaByteCost = 64

/** Deeper grids of grids, or grids that contain each other, occur only in attacks. */
const maxGridDepth = 8

/** Major brands by which the decoder knows a still. @see vips_foreign_load_heif_is_a of libvips */
const decodersBrands = ['avif', 'mif1']

/** Before EXIF stands the offset of its TIFF header, 0 in practice. @see ISO/IEC 23008-12 §A.2.1 */
const exifOffsetByteSize = 4

const nothingFound: AvifStructure = {
  format: 'avif',
  size: undefined,
  isTruncated: false,
  decodedPixels: 0,
  hasOverlay: false,
  hasAv1: false,
}

/**
 * Walks over the top-level boxes of an AVIF. Everything but the end of the file comes from its one `meta` box.
 *
 * @throws RangeError if the `meta` box is malformed, too large, or not the only one
 * @see ISO/IEC 14496-12 §4.2: a size of 1 stands for 64 bits after the type, a size of 0 for the rest of the file
 */
export function readAvif(bytes: ByteReader): AvifStructure {
  let structure: AvifStructure | undefined
  for (let at = 0, boxes = 0; at < bytes.byteSize && boxes < maxTopLevelBoxes; boxes += 1) {
    const declared = bytes.uint32At(at)
    const type = boxType(bytes.uint32At(at + 4))
    // Any other box is trailing junk, and not a picture that is cut short.
    if (!topLevelBoxes.includes(type)) break
    const large = bytes.uint32At(at + 8) * 2 ** 32 + bytes.uint32At(at + 12)
    const byteSize = declared === 1 ? large : declared === 0 ? bytes.byteSize - at : declared
    const headerByteSize = declared === 1 ? 16 : 8
    if (byteSize < headerByteSize || at + byteSize > bytes.byteSize)
      return { ...nothingFound, isTruncated: true }
    if (type === 'meta') {
      if (structure || byteSize > maxMetaByteSize)
        throw new RangeError(`Expected one meta box of at most ${maxMetaByteSize} bytes`)
      bytes.charge(byteSize * metaByteCost)
      structure = readMeta(bytes, { offset: at + headerByteSize, byteSize: byteSize - headerByteSize })
    }
    at += byteSize
  }
  const { patches = [], ...found } = structure ?? nothingFound
  return { ...found, patches: [...knownBrand(bytes), ...patches] }
}

/** The decoder knows an AVIF by its major brand alone. */
function knownBrand(bytes: ByteReader): readonly Patch[] {
  const isKnown = decodersBrands.includes(boxType(bytes.uint32At(8)))
  return isKnown ? [] : [{ offset: 8, bytes: Buffer.from('avif') }]
}

function readMeta(bytes: ByteReader, { offset, byteSize }: Extent): AvifStructure {
  const meta = openAvifMeta(bytes.slice(offset, byteSize))
  const properties = readAvifProperties(meta)
  const decodedPixels = countDecodedPixels(meta, properties)
  const items = readAvifItems(meta)
  const turned = readAvifTurn({ meta, properties }, offset)
  const { colours, patches } = readAvifColours(bytes, { meta, properties, metaOffset: offset })
  const [exif, xmp] = ['Exif', 'mime'].map((type) => items.find((item) => item.type === type))
  return {
    format: 'avif',
    size: readDisplayedSize(meta, properties),
    colours,
    isTruncated: false,
    exif: exif && readExif(bytes, locateAvifItem(meta, exif.id)),
    xmp: xmp && readXmp(bytes, locateAvifItem(meta, xmp.id)),
    decodedPixels,
    hasOverlay: items.some(({ type }) => type === 'iovl'),
    hasAv1: items.some(({ type }) => type === 'av01'),
    turn: turned?.turn,
    patches: [...patches, ...(turned?.patches ?? [])],
  }
}

/**
 * The size at which an AVIF is displayed: its primary item's, cropped and turned in the order of its properties. EXIF
 * does not turn it. `undefined` if there is no primary item, or if that item has no size.
 *
 * @see ISO/IEC 23008-12 §6.5.3 (ispe), §6.5.9 (clap), §6.5.10 (irot)
 */
function readDisplayedSize(meta: AvifMeta, byItem: AvifProperties): Size | undefined {
  const { view } = meta
  const primary = readPrimaryItem(meta)
  const properties = (primary !== undefined && byItem.get(primary)) || []
  const ispe = properties.find(({ type }) => type === 'ispe')
  let size = ispe && readSpatialExtent(view, ispe.start)
  for (const { type, start } of properties) {
    if (type === 'clap') size = { width: ratioAt(view, start), height: ratioAt(view, start + 8) }
    const isQuarterTurn = type === 'irot' && (view.getUint8(start) & 1) === 1
    if (isQuarterTurn && size) size = { width: size.height, height: size.width }
  }
  return size
}

/**
 * Counts what the decoder must allocate, which the displayed size does not limit: a `clap` of 1 × 1 on 12 000 × 12 000
 * coded pixels is displayed as one pixel, and costs 10 s and 2.5 GB; a grid may use one tile a thousand times (B123,
 * B131, B134). The decoder refuses pictures that are larger than their `ispe`, and so this count is reliable.
 *
 * @see ISO/IEC 23008-12 §6.5.3 (ispe), §6.6.2.3 (grid)
 */
function countDecodedPixels(meta: AvifMeta, properties: AvifProperties): number {
  const { view } = meta
  const areas = new Map<number, number>()
  for (const [item, boxes] of properties)
    for (const { type, start } of boxes) {
      if (type !== 'ispe') continue
      const { width, height } = readSpatialExtent(view, start)
      areas.set(item, Math.max(areas.get(item) ?? 0, width * height))
    }
  const tiles = readAvifTiles(meta)
  const counted = new Map<number, number>()

  function count(item: number, depth: number): number {
    const before = counted.get(item)
    if (before !== undefined) return before
    if (depth > maxGridDepth) return Infinity
    let sum = 0
    for (const tile of tiles.get(item) ?? []) sum += count(tile, depth + 1)
    const pixels = Math.max(areas.get(item) ?? 0, sum)
    counted.set(item, pixels)
    return pixels
  }

  let largest = 0
  for (const item of [...areas.keys(), ...tiles.keys()]) largest = Math.max(largest, count(item, 0))
  return largest
}

function readExif(bytes: ByteReader, extent: Extent | undefined): Uint8Array | undefined {
  if (!extent) return undefined
  const start = extent.offset + exifOffsetByteSize
  return start < bytes.byteSize ? bytes.slice(start, Math.min(extent.byteSize, maxExifByteSize)) : undefined
}

/** An item of any other MIME type has none of the properties that are looked for. */
function readXmp(bytes: ByteReader, extent: Extent | undefined): Uint8Array | undefined {
  return extent && extent.offset < bytes.byteSize
    ? bytes.slice(extent.offset, Math.min(extent.byteSize, maxXmpByteSize))
    : undefined
}

function readSpatialExtent(view: DataView, start: number): Size {
  return { width: view.getUint32(start + 4), height: view.getUint32(start + 8) }
}

/** A `clap` without a denominator gives 0. */
function ratioAt(view: DataView, at: number): number {
  const ratio = Math.round(view.getUint32(at) / view.getUint32(at + 4))
  return Number.isFinite(ratio) ? ratio : 0
}
