import type { RawImage } from '../image.ts'
import { type DescribedColours, srgbPrimaries, widePrimaries } from './colours.ts'
import { convertPrimaries, luminanceOf, type Vector } from './matrix.ts'
import { createToneMap } from './tone-map.ts'
import { hlgGain, toLight } from './transfer.ts'

/** Decoded pixels as they are in the file, 8 or 16 bits a channel. */
export interface StoredPixels extends Omit<RawImage, 'data'> {
  readonly data: Uint8Array | Uint16Array
}

/** Steps of the table from light to numbers of sRGB: fine enough for the darkest ones. */
const encodedSteps = 65_535

let encodedBytes: Uint8ClampedArray | undefined

/** Pixels whose colours a file describes, in sRGB at 8 bits. Lights brighter than white are tone mapped, colours clipped. */
export function toSrgb(pixels: StoredPixels, colours: DescribedColours): RawImage {
  const { data, channels, width, height } = pixels
  const largest = data instanceof Uint16Array ? 65_535 : 255
  const light = Float32Array.from({ length: largest + 1 }, (_, value) =>
    toLight(colours.isNarrowGrey ? widen(value / largest) : value / largest, colours.transfer),
  )
  const gainOf = findGain(colours)
  const [red, green, blue] = convertPrimaries(colours.primaries, srgbPrimaries)
  encodedBytes ??= tabulateEncoding()
  const bytes = new Uint8Array(width * height * channels)
  for (let at = 0; at < bytes.length; at += channels) {
    let r = light[data[at] ?? 0] ?? 0
    let g = light[data[at + 1] ?? 0] ?? 0
    let b = light[data[at + 2] ?? 0] ?? 0
    if (gainOf) {
      const gain = gainOf(r, g, b)
      r *= gain
      g *= gain
      b *= gain
    }
    bytes[at] = encode(encodedBytes, red[0] * r + red[1] * g + red[2] * b)
    bytes[at + 1] = encode(encodedBytes, green[0] * r + green[1] * g + green[2] * b)
    bytes[at + 2] = encode(encodedBytes, blue[0] * r + blue[1] * g + blue[2] * b)
    if (channels === 4) bytes[at + 3] = Math.round(((data[at + 3] ?? 0) * 255) / largest)
  }
  return { data: bytes, width, height, channels }
}

/** @see ITU-T H.273 §8.3: black is 16 and white 235, at 8 bits */
function widen(value: number): number {
  return Math.min(1, Math.max(0, (value * 255 - 16) / 219))
}

/** Pixels that are sRGB already, at 8 bits. */
export function toBytes({ data, ...facts }: StoredPixels): RawImage {
  const bytes = data instanceof Uint16Array ? Uint8Array.from(data, (value) => Math.round(value / 257)) : data
  return { ...facts, data: bytes }
}

/** What the channels of a pixel are multiplied with; `undefined` unless its light can be brighter than white. */
function findGain({ primaries, transfer, peakNits }: DescribedColours) {
  if (transfer.kind !== 'pq' && transfer.kind !== 'hlg') return undefined
  const luminance = luminanceOf(primaries)
  const wide = convertPrimaries(primaries, widePrimaries)
  const toneMap = createToneMap(peakNits)
  return (r: number, g: number, b: number): number => {
    const dot = (by: Vector) => by[0] * r + by[1] * g + by[2] * b
    const toDisplay = transfer.kind === 'hlg' ? hlgGain(dot(luminance)) : 1
    return toDisplay * toneMap(toDisplay * Math.max(dot(wide[0]), dot(wide[1]), dot(wide[2])))
  }
}

function encode(table: Uint8ClampedArray, light: number): number {
  return table[Math.min(encodedSteps, Math.max(0, Math.round(light * encodedSteps)))] ?? 0
}

function tabulateEncoding(): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: encodedSteps + 1 }, (_, step) => {
    const light = step / encodedSteps
    return 255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055)
  })
}
