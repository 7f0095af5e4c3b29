import { describeAvifColours, type ImageColours } from '../colours/colours.ts'
import { type Av1Colours, readAv1Colours } from './av1-sequence.ts'
import {
  type AvifMeta,
  type AvifProperties,
  locateAvifItem,
  readAvifTiles,
  readPrimaryItem,
} from './avif-boxes.ts'
import { bodyOf, boxType } from './boxes.ts'
import type { ByteReader } from './byte-reader.ts'

/** Bytes of an AV1 picture within which the header of its sequence ends. */
const maxSequenceByteSize = 64

/** Bytes of `av1C` before the OBUs that it repeats. @see AV1 Codec ISO Media File Format Binding §2.3.3 */
const av1cByteSize = 4

/**
 * The colours of the primary item, or of the first one that names any: its tiles may do so in its place. A profile counts
 * before code points, and those of the container before those of AV1.
 *
 * @param bytes of the whole file
 * @returns `undefined` if the decoder converts them rightly
 * @see ISO/IEC 14496-12 §12.1.5 (colr), ISO/IEC 23000-22 §7.3.6.4; CTA-861.3 (clli)
 */
export function readAvifColours(
  bytes: ByteReader,
  { meta, properties }: { readonly meta: AvifMeta; readonly properties: AvifProperties },
): ImageColours | undefined {
  const { view } = meta
  const primary = readPrimaryItem(meta) ?? -1
  const listed = (item: number, type: string) =>
    properties.get(item)?.filter((property) => property.type === type) ?? []
  const anywhere = (type: string) => {
    const own = listed(primary, type)
    return own.length > 0 ? own : [...properties.keys()].flatMap((item) => listed(item, type))
  }
  const named = anywhere('colr').map(({ start }) => ({ start, kind: boxType(view.getUint32(start)) }))
  if (named.some(({ kind }) => kind === 'prof' || kind === 'rICC')) return { kind: 'deep profile' }
  const sequence = readSequence()
  const codes = named.find(({ kind }) => kind === 'nclx')
  const [light] = listed(primary, 'clli')
  return describeAvifColours({
    primaries: codes ? view.getUint16(codes.start + 4) : (sequence?.primaries ?? 2),
    transfer: codes ? view.getUint16(codes.start + 6) : (sequence?.transfer ?? 2),
    peakNits: (light && view.getUint16(light.start)) || undefined,
    isNarrowGrey:
      sequence?.isMonochrome === true &&
      !(codes ? view.getUint8(codes.start + 10) >> 7 === 1 : sequence.isFullRange),
  })

  function readSequence(): Av1Colours | undefined {
    const coded = listed(primary, 'av1C').length > 0 ? primary : (readAvifTiles(meta).get(primary)?.[0] ?? -1)
    const [configuration] = listed(coded, 'av1C')
    if (!configuration) return undefined
    const { buffer, byteOffset, byteLength } = bodyOf(view, configuration)
    const repeated = new Uint8Array(buffer, byteOffset, byteLength).subarray(av1cByteSize)
    const extent = locateAvifItem(meta, coded)
    return (
      readAv1Colours(repeated) ??
      (extent && extent.offset < bytes.byteSize
        ? readAv1Colours(bytes.slice(extent.offset, Math.min(extent.byteSize, maxSequenceByteSize)))
        : undefined)
    )
  }
}
