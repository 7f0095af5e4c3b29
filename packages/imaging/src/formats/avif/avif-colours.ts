import { describeAvifColours, type ImageColours } from '../../colours/colours.ts'
import { readIccHeader } from '../../colours/icc-header.ts'
import { type Box, bodyOf, boxType } from '../boxes.ts'
import type { ByteReader } from '../byte-reader.ts'
import type { Patch } from '../types.ts'
import { type Av1Colours, readAv1Colours } from './av1-sequence.ts'
import {
  type AvifMeta,
  type AvifProperties,
  locateAvifItem,
  readAvifTiles,
  readPrimaryItem,
} from './avif-boxes.ts'

/** Bytes of an AV1 picture within which the header of its sequence ends. */
const maxSequenceByteSize = 64

/** Bytes of `av1C` before the OBUs that it repeats. @see AV1 Codec ISO Media File Format Binding §2.3.3 */
const av1cByteSize = 4

/** What an AVIF says about its colours. */
export interface AvifColourFacts {
  /** `undefined` if the decoder converts them rightly. */
  readonly colours: ImageColours | undefined
  /** Changes after which the decoder reads the range that the container names. */
  readonly patches: readonly Patch[]
}

/** Code points of H.273 that say nothing, and those of BT.601, by which viewers read such a picture. */
const unspecified = 2
const bt601 = 6

/**
 * The colours of the primary item, or of the first one that names any: its tiles may do so in its place. A profile counts
 * before code points, and those of the container before those of AV1.
 *
 * @param bytes of the whole file
 * @param found with the offset in the file of the body of the `meta` box
 * @see ISO/IEC 14496-12 §12.1.5 (colr), ISO/IEC 23000-22 §7.3.6.4; CTA-861.3 (clli)
 */
export function readAvifColours(
  bytes: ByteReader,
  found: { readonly meta: AvifMeta; readonly properties: AvifProperties; readonly metaOffset: number },
): AvifColourFacts {
  const { meta, properties, metaOffset } = found
  const { view } = meta
  const primary = readPrimaryItem(meta) ?? -1
  const listed = (item: number, type: string) =>
    properties.get(item)?.filter((property) => property.type === type) ?? []
  const anywhere = (type: string) => {
    const own = listed(primary, type)
    return own.length > 0 ? own : [...properties.keys()].flatMap((item) => listed(item, type))
  }
  const named = anywhere('colr').map((box) => ({ ...box, kind: boxType(view.getUint32(box.start)) }))
  const sequence = readSequence()
  const profile = named.find(({ kind }) => kind === 'prof' || kind === 'rICC')
  if (profile) {
    const isOfGrey = readIccHeader(bytesOf(view, profile).subarray(4))?.space === 'grey'
    // The decoder makes three channels of grey, to which it does not apply a profile of one.
    const isGrey = sequence?.isMonochrome === true && isOfGrey
    return {
      colours: isGrey ? { kind: 'grey profile', space: 'b-w' } : { kind: 'deep profile' },
      patches: [],
    }
  }
  const codes = named.find(({ kind }) => kind === 'nclx')
  const [primaries, transfer, matrix] = codes
    ? [4, 6, 8].map((at) => view.getUint16(codes.start + at))
    : [sequence?.primaries, sequence?.transfer]
  const isFullRange = codes ? view.getUint8(codes.start + 10) >> 7 === 1 : sequence?.isFullRange === true
  const [light] = listed(primary, 'clli')
  const colours = describeAvifColours({
    primaries: primaries ?? unspecified,
    transfer: transfer ?? unspecified,
    peakNits: (light && view.getUint16(light.start)) || undefined,
    isNarrowGrey: sequence?.isMonochrome === true && !isFullRange,
  })
  // The decoder passes over a box of which nothing is specified, its range too.
  const isPassedOver = [primaries, transfer, matrix].every((code) => code === unspecified)
  const isContradicted = sequence !== undefined && sequence.isFullRange !== isFullRange
  const patches =
    codes && isPassedOver && isContradicted
      ? [{ offset: metaOffset + codes.start + 8, bytes: Uint8Array.of(0, bt601) }]
      : []
  return { colours, patches }

  function readSequence(): Av1Colours | undefined {
    const coded = listed(primary, 'av1C').length > 0 ? primary : (readAvifTiles(meta).get(primary)?.[0] ?? -1)
    const [configuration] = listed(coded, 'av1C')
    if (!configuration) return undefined
    const repeated = bytesOf(view, configuration).subarray(av1cByteSize)
    const extent = locateAvifItem(meta, coded)
    return (
      readAv1Colours(repeated) ??
      (extent && extent.offset < bytes.byteSize
        ? readAv1Colours(bytes.slice(extent.offset, Math.min(extent.byteSize, maxSequenceByteSize)))
        : undefined)
    )
  }
}

function bytesOf(view: DataView, box: Box): Uint8Array {
  const { buffer, byteOffset, byteLength } = bodyOf(view, box)
  return new Uint8Array(buffer, byteOffset, byteLength)
}
