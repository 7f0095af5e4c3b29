import { deflateSync } from 'node:zlib'
import { loadSharp } from '../pixels/load-sharp.ts'
import { makePngChunk, withPngChunks } from './make-png-chunk.ts'

/** Red, green and blue, or the same number three times for grey; 0 to 255. */
export type Colour = readonly [number, number, number]

/** Pixels of a square of one colour. */
const side = 16

/** Options of a PNG whose colours are described. */
export interface ColouredPngOptions {
  readonly colours: readonly Colour[]
  readonly depth: 8 | 16
  readonly isGrey?: boolean | undefined
  /** Whether there is alpha: opaque squares, and a transparent one at the end. */
  readonly alpha?: boolean | undefined
  /** Chunks that describe the colours. */
  readonly chunks: readonly Uint8Array[]
}

/** Makes a PNG of squares side by side, whose numbers are exactly these colours. */
export async function makeColouredPng(options: ColouredPngOptions): Promise<Uint8Array> {
  const { colours, depth, isGrey = false, alpha = false, chunks } = options
  const sharp = await loadSharp()
  const squares = alpha ? [...colours, [9, 99, 199] as const] : colours
  const channels = alpha ? 4 : 3
  const width = squares.length * side
  const pixels = Buffer.alloc(width * side * channels)
  for (let at = 0, pixel = 0; at < pixels.length; at += channels, pixel += 1) {
    const square = Math.floor((pixel % width) / side)
    pixels.set(squares[square] ?? [], at)
    if (alpha) pixels[at + 3] = square < colours.length ? 255 : 0
  }
  const space = isGrey ? (depth === 16 ? 'grey16' : 'b-w') : depth === 16 ? 'rgb16' : 'srgb'
  const png = await sharp(pixels, { raw: { width, height: side, channels } })
    .toColourspace(space)
    .png()
    .toBuffer()
  return withPngChunks(png, chunks)
}

/** The colours of such squares in an encoded image, in their middle. */
export async function readColours(image: Uint8Array, count: number): Promise<Colour[]> {
  const sharp = await loadSharp()
  const { data, info } = await sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const scale = info.height / side
  return Array.from({ length: count }, (_, square) => {
    const at =
      (Math.floor(info.height / 2) * info.width + Math.floor((square + 0.5) * side * scale)) * info.channels
    return [data[at] ?? -1, data[at + 1] ?? -1, data[at + 2] ?? -1] as const
  })
}

/** The chunks of a PNG that describe colours. @see PNG (third edition) §11.3.2 */
export const colourChunks = {
  gamma: (encoding: number) => makePngChunk('gAMA', uint32(encoding)),
  chromaticities: (...xy: number[]) => makePngChunk('cHRM', uint32(...xy)),
  srgb: () => makePngChunk('sRGB', Buffer.of(0)),
  codes: (primaries: number, transfer: number, matrix = 0, isFullRange = 1) =>
    makePngChunk('cICP', Buffer.of(primaries, transfer, matrix, isFullRange)),
  light: (brightestNits: number) => makePngChunk('cLLI', uint32(brightestNits * 10_000, 0)),
  display: (brightestNits: number) =>
    makePngChunk('mDCV', Buffer.concat([Buffer.alloc(16), uint32(brightestNits * 10_000, 50)])),
  profile: (icc: Uint8Array) =>
    makePngChunk('iCCP', Buffer.concat([Buffer.from('test\0\0', 'latin1'), deflateSync(icc)])),
}

/** An AVIF as sharp makes it, with other code points for its colours. */
export function withCodePoints(avif: Uint8Array, primaries: number, transfer: number): Buffer {
  const changed = Buffer.from(avif)
  const at = changed.indexOf('colrnclx') + 8
  changed.writeUInt16BE(primaries, at)
  changed.writeUInt16BE(transfer, at + 2)
  return changed
}

/** Mean of the colour differences (CIE 1976) of two lists. */
export function meanDifference(left: readonly Colour[], right: readonly Colour[]): number {
  const distances = left.map((colour, index) => {
    const [a, b] = [toLab(colour), toLab(right[index] ?? [-1, -1, -1])]
    return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
  })
  return distances.reduce((sum, distance) => sum + distance, 0) / distances.length
}

function toLab(colour: Colour): Colour {
  const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  const [r, g, b] = [linear(colour[0] / 255), linear(colour[1] / 255), linear(colour[2] / 255)]
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116)
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047)
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b)
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

function uint32(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4)
  numbers.forEach((number, index) => {
    bytes.writeUInt32BE(number, index * 4)
  })
  return bytes
}
