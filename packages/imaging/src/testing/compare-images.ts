import { loadSharp } from '../pixels/load-sharp.ts'

/** Red, green and blue, 0 to 255 each. */
export type Rgb = readonly [number, number, number]

/** Colours near the four corners of an image. */
export interface CornerColours {
  readonly topLeft: Rgb
  readonly topRight: Rgb
  readonly bottomLeft: Rgb
  readonly bottomRight: Rgb
}

/** The pixels of an encoded image as a viewer shows them: orientation applied, sRGB, 4 channels. */
export async function decodePixels(
  bytes: Uint8Array,
): Promise<{ readonly data: Uint8Array; readonly width: number; readonly height: number }> {
  const sharp = await loadSharp()
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data: new Uint8Array(data), width: info.width, height: info.height }
}

/** The colours an eighth in from each corner, where neither scaling nor compression blurs quadrants together. */
export async function cornerColours(bytes: Uint8Array): Promise<CornerColours> {
  const { data, width, height } = await decodePixels(bytes)
  const at = (x: number, y: number): Rgb => {
    const index = (Math.floor(height * y) * width + Math.floor(width * x)) * 4
    return [data[index] ?? -1, data[index + 1] ?? -1, data[index + 2] ?? -1]
  }
  return {
    topLeft: at(1 / 8, 1 / 8),
    topRight: at(7 / 8, 1 / 8),
    bottomLeft: at(1 / 8, 7 / 8),
    bottomRight: at(7 / 8, 7 / 8),
  }
}

/** The largest difference between two sets of corners in any channel, 0 to 255. */
export function cornerDistance(left: CornerColours, right: CornerColours): number {
  const corners = ['topLeft', 'topRight', 'bottomLeft', 'bottomRight'] as const
  return Math.max(
    ...corners.flatMap((corner) =>
      left[corner].map((value, channel) => Math.abs(value - (right[corner][channel] ?? Infinity))),
    ),
  )
}

/** A 64-bit hash of what an image looks like (dHash): each bit is 1 if a pixel of 9 × 8 is darker than the next. */
export async function perceptualHash(bytes: Uint8Array): Promise<bigint> {
  const sharp = await loadSharp()
  const grey = await sharp(bytes)
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .greyscale()
    .toColourspace('b-w')
    .resize(9, 8, { fit: 'fill' })
    .raw()
    .toBuffer()
  let hash = 0n
  for (let y = 0; y < 8; y += 1)
    for (let x = 0; x < 8; x += 1)
      hash = (hash << 1n) | ((grey[y * 9 + x] ?? 0) < (grey[y * 9 + x + 1] ?? 0) ? 1n : 0n)
  return hash
}

/** How many of 64 bits differ: below 10 two images look alike, around 32 they have nothing in common. */
export function hammingDistance(left: bigint, right: bigint): number {
  let count = 0
  for (let bits = left ^ right; bits > 0n; bits >>= 1n) count += Number(bits & 1n)
  return count
}
