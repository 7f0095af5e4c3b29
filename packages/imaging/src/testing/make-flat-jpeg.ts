/** Options of the flat JPEG. */
export interface FlatJpegOptions {
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  /** 1 grey, 3 colours without subsampling. */
  readonly components: 1 | 3
  /** How often every scan of the higher frequencies is repeated. */
  readonly repeats?: number
  /** Whether each frequency has its own scans, one for each of its bits: many scans, all of them valid. */
  readonly isSpectral?: boolean
}

/**
 * Makes a progressive JPEG of one colour from its structure alone, in a moment for any size: a code of one bit means that a
 * block equals the last one, another one that the next 16 384 blocks do, so that all coded data is zeros.
 *
 * @see ITU-T T.81 §B.2 (markers), §G.1.2 (progressive scans)
 */
export function makeFlatJpeg(options: FlatJpegOptions): Uint8Array {
  const { width, height, components, repeats = 0, isSpectral = false } = options
  const ids = Array.from({ length: components }, (_, at) => at + 1)
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8)
  const dcByteSize = Math.ceil((blocks * components) / 8)
  const acByteSize = Math.ceil((Math.ceil(blocks / 16_384) * 15) / 8)

  const first = scan({ ids, from: 0, to: 0, bits: 0, byteSize: dcByteSize })
  const higher = (isSpectral ? spectralBands() : [{ from: 1, to: 63, bits: 0 }]).flatMap((band) =>
    ids.flatMap((id) => {
      const one = scan({ ids: [id], ...band, byteSize: acByteSize })
      return Array<Uint8Array>(repeats + 1).fill(one)
    }),
  )
  return Buffer.concat([
    Buffer.of(0xff, 0xd8),
    segment(0xdb, [0, ...Array<number>(64).fill(1)]),
    segment(0xc2, [
      8,
      height >> 8,
      height & 255,
      width >> 8,
      width & 255,
      components,
      ...ids.flatMap((id) => [id, 0x11, 0]),
    ]),
    segment(0xc4, huffmanTable(0x00, 0)),
    segment(0xc4, huffmanTable(0x10, 0xe0)),
    first,
    ...higher,
    Buffer.of(0xff, 0xd9),
  ])
}

/** Every frequency alone, from its highest bit down to its lowest. */
function spectralBands() {
  return Array.from({ length: 63 }, (_, at) => at + 1).flatMap((frequency) =>
    Array.from({ length: 14 }, (_, at) => {
      const bit = 13 - at
      return { from: frequency, to: frequency, bits: ((at === 0 ? 0 : bit + 1) << 4) | bit }
    }),
  )
}

/** A table of one symbol, whose code is a single 0. */
function huffmanTable(place: number, symbol: number): number[] {
  return [place, 1, ...Array<number>(15).fill(0), symbol]
}

function scan(options: {
  readonly ids: readonly number[]
  readonly from: number
  readonly to: number
  /** Successive approximation, high and low, four bits each. */
  readonly bits: number
  readonly byteSize: number
}): Uint8Array {
  const { ids, from, to, bits, byteSize } = options
  const header = [ids.length, ...ids.flatMap((id) => [id, 0x00]), from, to, bits]
  return Buffer.concat([segment(0xda, header), Buffer.alloc(byteSize)])
}

function segment(marker: number, data: readonly number[]): Uint8Array {
  const length = data.length + 2
  return Buffer.of(0xff, marker, length >> 8, length & 255, ...data)
}
