/** What the header of an AV1 sequence says about its colours. */
export interface Av1Colours {
  /** Code points of H.273; 2 stands for unspecified. */
  readonly primaries: number
  readonly transfer: number
  readonly isMonochrome: boolean
  /** Whether the numbers of a channel reach from 0 to the largest one; otherwise, at 8 bits, from 16 to 235. */
  readonly isFullRange: boolean
}

const sequenceHeader = 1
const unspecified = 2

/** OBUs before the sequence header, in practice one. */
const maxObus = 4

/**
 * Finds the header of an AV1 sequence.
 *
 * @param bytes OBUs, untrusted; they may be cut anywhere
 * @returns `undefined` if there is no header, or one with timing, which stills do not have
 * @see AV1 specification §5.3.2 (obu_header), §5.5 (sequence_header_obu)
 */
export function readAv1Colours(bytes: Uint8Array): Av1Colours | undefined {
  for (let at = 0, obus = 0; obus < maxObus; obus += 1) {
    const header = bytes[at] ?? 0
    const hasSize = (header & 2) !== 0
    at += (header & 4) === 0 ? 1 : 2
    let byteSize = bytes.length - at
    if (hasSize) {
      byteSize = 0
      for (let shift = 0, more = true; more && shift < 28; shift += 7, at += 1) {
        byteSize |= ((bytes[at] ?? 0) & 127) << shift
        more = ((bytes[at] ?? 0) & 128) !== 0
      }
    }
    if (((header >> 3) & 15) === sequenceHeader) return readSequence(bytes.subarray(at, at + byteSize))
    at += byteSize
  }
  return undefined
}

function readSequence(bytes: Uint8Array): Av1Colours | undefined {
  const bits = createBitReader(bytes)
  const profile = bits.read(3)
  bits.read(1)
  const isReduced = bits.read(1) === 1
  if (isReduced) bits.read(5)
  else if (!skipOperatingPoints(bits)) return undefined
  const widthBits = bits.read(4) + 1
  const heightBits = bits.read(4) + 1
  bits.read(widthBits)
  bits.read(heightBits)
  if (!isReduced && bits.read(1) === 1) bits.read(7)
  bits.read(3)
  if (!isReduced) skipInterTools(bits)
  bits.read(3)
  const isHighBitDepth = bits.read(1) === 1
  if (profile === 2 && isHighBitDepth) bits.read(1)
  const isMonochrome = profile !== 1 && bits.read(1) === 1
  const [primaries = unspecified, transfer = unspecified, matrix = unspecified] =
    bits.read(1) === 1 ? [bits.read(8), bits.read(8), bits.read(8)] : []
  // sRGB without a matrix has no bit for its range.
  const isRgb = !isMonochrome && primaries === 1 && transfer === 13 && matrix === 0
  const isFullRange = isRgb || bits.read(1) === 1
  return bits.isWithin() ? { primaries, transfer, isMonochrome, isFullRange } : undefined
}

function skipOperatingPoints(bits: BitReader): boolean {
  const hasTiming = bits.read(1) === 1
  const hasDelay = bits.read(1) === 1
  if (hasTiming) return false
  for (let left = bits.read(5) + 1; left > 0; left -= 1) {
    bits.read(12)
    if (bits.read(5) > 7) bits.read(1)
    if (hasDelay && bits.read(1) === 1) bits.read(4)
  }
  return true
}

function skipInterTools(bits: BitReader): void {
  bits.read(4)
  const hasOrderHint = bits.read(1) === 1
  if (hasOrderHint) bits.read(2)
  const choosesTools = bits.read(1) === 1
  const usesTools = choosesTools || bits.read(1) === 1
  if (usesTools && bits.read(1) === 0) bits.read(1)
  if (hasOrderHint) bits.read(3)
}

interface BitReader {
  /** The number in the next bits; 0 bits after the end. */
  read(bits: number): number
  /** Whether nothing was read after the end. */
  isWithin(): boolean
}

function createBitReader(bytes: Uint8Array): BitReader {
  let at = 0
  return {
    read(bits) {
      let value = 0
      for (const end = at + bits; at < end; at += 1)
        value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1)
      return value
    },
    isWithin: () => at <= bytes.length * 8,
  }
}
