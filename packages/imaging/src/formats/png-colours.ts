import { inflateSync } from 'node:zlib'
import {
  type DescribedColours,
  describeColours,
  type ImageColours,
  isSrgb,
  type Primaries,
  plainSrgb,
  srgbPrimaries,
} from '../colours/colours.ts'
import { type IccHeader, readIccHeader } from '../colours/icc-header.ts'
import { boxCode } from './boxes.ts'
import type { ByteReader } from './byte-reader.ts'
import { compressedPart } from './png-text.ts'
import type { Extent } from './types.ts'

const cicp = boxCode('cICP')
const iccp = boxCode('iCCP')
const srgb = boxCode('sRGB')
const gama = boxCode('gAMA')
const chrm = boxCode('cHRM')
const clli = boxCode('cLLI')
const mdcv = boxCode('mDCV')
const colourChunks = [cicp, iccp, srgb, gama, chrm, clli, mdcv]

/** Profiles of photographs have some kilobytes. A larger one is not judged before the decoder applies it. */
const maxProfileByteSize = 1024 * 1024

/** Chunks of a PNG that name its colours, by their type. */
export interface PngColourChunks {
  /** Keeps a chunk if it is one of them and the first of its type. */
  add(type: number, extent: Extent): void
  /**
   * What the chunks say, in the order in which browsers believe them: cICP, iCCP, sRGB, then gAMA, with cHRM if it is there. An
   * iCCP without a readable profile does not count; a profile of other colours than those of the picture means sRGB.
   *
   * @see PNG (third edition) §4.3, §11.3.2
   */
  read(): ImageColours | undefined
}

/** How a PNG stores its pixels. @see PNG §11.2.1 (IHDR) */
export interface PngPixels {
  /** Of a channel, or of an index into the palette: 1 to 16. */
  readonly bitDepth: number
  /** 0 to 6. */
  readonly colourType: number
}

/** Begins to collect the chunks that name the colours of a PNG. */
export function createPngColourChunks(bytes: ByteReader, pixels: PngPixels): PngColourChunks {
  const found = new Map<number, Extent>()
  return {
    add(type, extent) {
      if (colourChunks.includes(type) && !found.has(type)) found.set(type, extent)
    },
    read() {
      const described = readCodePoints(bytes, found.get(cicp))
      const codes = described && { ...described, peakNits: readPeak(bytes, found) }
      if (codes && (found.has(iccp) || !isSrgb(codes))) return codes
      if (codes) return undefined
      const profile = found.get(iccp)
      const space = profile && readProfileSpace(bytes, profile)
      const isDropped = space === 'rgb' && isGrey(pixels)
      if (profile && isDropped)
        return { kind: 'grey profile', space: 'srgb', chunk: wholeChunk(bytes, profile) }
      if (space) return judgeProfile(space, pixels)
      const named = found.has(srgb) ? undefined : readGamma(bytes, found.get(gama), found.get(chrm))
      return named ?? (profile && plainSrgb)
    },
  }
}

/** What a profile of these colours means for pixels of that kind. */
function judgeProfile(space: IccHeader['space'] | 'unknown', pixels: PngPixels): ImageColours | undefined {
  if (space === 'other' || (space === 'grey' && !isGrey(pixels))) return plainSrgb
  if (pixels.bitDepth < 16) return undefined
  return isGrey(pixels) ? { kind: 'grey profile', space: 'b-w' } : { kind: 'deep profile' }
}

function isGrey({ colourType }: PngPixels): boolean {
  return (colourType & 2) === 0
}

/** A chunk with its length, type and CRC. */
function wholeChunk(bytes: ByteReader, { offset, byteSize }: Extent): Uint8Array {
  return bytes.slice(offset - 8, byteSize + 12)
}

/** The colours that a profile converts; `unknown` if it is large, `undefined` if it is damaged, cut short, or none. */
function readProfileSpace(bytes: ByteReader, chunk: Extent): IccHeader['space'] | 'unknown' | undefined {
  if (chunk.byteSize > maxProfileByteSize) return 'unknown'
  const stream = compressedPart(iccp, bytes.slice(chunk.offset, chunk.byteSize))
  if (!stream) return undefined
  try {
    const profile = inflateSync(stream, { maxOutputLength: maxProfileByteSize })
    bytes.charge(profile.length)
    const header = readIccHeader(profile)
    return header && header.byteSize <= profile.length ? header.space : undefined
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    return error.code === 'ERR_BUFFER_TOO_LARGE' ? 'unknown' : undefined
  }
}

/** Browsers ignore a cICP that is not of RGB in full range. */
function readCodePoints(bytes: ByteReader, chunk: Extent | undefined): DescribedColours | undefined {
  if (chunk?.byteSize !== 4) return undefined
  const [primaries, transfer, matrix, isFullRange] = bytes.slice(chunk.offset, 4)
  if (primaries === undefined || transfer === undefined || matrix !== 0 || isFullRange !== 1) return undefined
  return describeColours(primaries, transfer)
}

/**
 * Light of the brightest part: of the picture, or else of the display on which it was made.
 *
 * @see PNG (third edition) §11.3.2.7 (mDCV), §11.3.2.8 (cLLI)
 */
function readPeak(bytes: ByteReader, found: ReadonlyMap<number, Extent>): number | undefined {
  const [content, display] = [found.get(clli), found.get(mdcv)]
  const ofContent = content?.byteSize === 8 ? bytes.uint32At(content.offset) : 0
  const ofDisplay = display?.byteSize === 24 ? bytes.uint32At(display.offset + 16) : 0
  return (ofContent || ofDisplay) / 10_000 || undefined
}

function readGamma(
  bytes: ByteReader,
  gamma: Extent | undefined,
  chromaticities: Extent | undefined,
): ImageColours | undefined {
  const encoding = gamma?.byteSize === 4 ? bytes.uint32At(gamma.offset) / 100_000 : 0
  if (encoding <= 0) return undefined
  const primaries = readPrimaries(bytes, chromaticities)
  // libpng takes a gamma this close to that of sRGB for the same.
  if (!primaries && Math.abs(encoding * 2.2 - 1) < 0.05) return undefined
  const transfer = { kind: 'gamma', exponent: 1 / encoding } as const
  return { kind: 'described', primaries: primaries ?? srgbPrimaries, transfer }
}

/** Impossible chromaticities do not count. */
function readPrimaries(bytes: ByteReader, chunk: Extent | undefined): Primaries | undefined {
  if (chunk?.byteSize !== 32) return undefined
  const at = (index: number) =>
    [
      bytes.uint32At(chunk.offset + index * 8) / 100_000,
      bytes.uint32At(chunk.offset + index * 8 + 4) / 100_000,
    ] as const
  const primaries = { white: at(0), red: at(1), green: at(2), blue: at(3) }
  const isPossible = Object.values(primaries).every(([x, y]) => x >= 0 && y > 0 && x + y <= 1)
  return isPossible && areaOf(primaries) > 0.001 ? primaries : undefined
}

/** Twice the area of the triangle of colours. Without an area the primaries do not span a space. */
function areaOf({ red, green, blue }: Primaries): number {
  return Math.abs((green[0] - red[0]) * (blue[1] - red[1]) - (blue[0] - red[0]) * (green[1] - red[1]))
}
