/**
 * How the numbers of an image name colours, if the decoder does not know it: it applies ICC profiles of 8 bits a channel
 * and takes everything else for sRGB.
 */
export type ImageColours = DescribedColours | DeepProfile | GreyProfile

/** Colours that the file describes by numbers. A profile beside them does not count. */
export interface DescribedColours {
  readonly kind: 'described'
  readonly primaries: Primaries
  readonly transfer: Transfer
  /** Light of the brightest part of the picture, in cd/m², if the file says it. It counts if the transfer is `pq` or `hlg`. */
  readonly peakNits?: number | undefined
  /** Whether black is 16 and white 235, at 8 bits, in a grey picture. The decoder knows that of colours only. */
  readonly isNarrowGrey?: boolean
}

/** An ICC profile in an image that may have 16 bits a channel, to which the decoder applies it differently. */
export interface DeepProfile {
  readonly kind: 'deep profile'
}

/** An ICC profile of a grey picture that the decoder does not apply to the picture as it is stored. */
export interface GreyProfile {
  readonly kind: 'grey profile'
  /** The space of the profile, at 8 bits: grey is applied as red, green and blue if it is `srgb`. */
  readonly space: 'b-w' | 'srgb'
  /** The profile as a chunk of a PNG, if the decoder passes over it in the picture. */
  readonly chunk?: Uint8Array | undefined
}

/** A chromaticity, CIE 1931 x and y. */
export type Chromaticity = readonly [x: number, y: number]

/** The colours of white and of each channel alone. */
export interface Primaries {
  readonly white: Chromaticity
  readonly red: Chromaticity
  readonly green: Chromaticity
  readonly blue: Chromaticity
}

/** How a channel's number becomes light. Lights of `pq` and `hlg` can be brighter than the white of a page. */
export type Transfer =
  | { readonly kind: 'srgb' | 'smpte240' | 'linear' | 'pq' | 'hlg' }
  | { readonly kind: 'gamma'; readonly exponent: number; readonly scale?: number }

const d65: Chromaticity = [0.3127, 0.329]
const illuminantC: Chromaticity = [0.31, 0.316]

/** Primaries of sRGB and BT.709. */
export const srgbPrimaries: Primaries = {
  white: d65,
  red: [0.64, 0.33],
  green: [0.3, 0.6],
  blue: [0.15, 0.06],
}

/** Primaries of BT.2020, which HDR is made with. */
export const widePrimaries: Primaries = {
  white: d65,
  red: [0.708, 0.292],
  green: [0.17, 0.797],
  blue: [0.131, 0.046],
}

/** Colours that need no conversion, in a file whose profile is to be ignored. */
export const plainSrgb: DescribedColours = {
  kind: 'described',
  primaries: srgbPrimaries,
  transfer: { kind: 'srgb' },
}

const smpte170: Primaries = { white: d65, red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07] }
const p3 = { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] } as const

/** @see ITU-T H.273 table 2 */
const primariesByCode: Readonly<Record<number, Primaries>> = {
  1: srgbPrimaries,
  4: { white: illuminantC, red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08] },
  5: { white: d65, red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06] },
  6: smpte170,
  7: smpte170,
  8: { white: illuminantC, red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049] },
  9: widePrimaries,
  11: { white: [0.314, 0.351], ...p3 },
  12: { white: d65, ...p3 },
  22: { white: d65, red: [0.63, 0.34], green: [0.295, 0.605], blue: [0.155, 0.077] },
}

/** Television is shown with this curve, which is not the inverse of the camera's. @see ITU-R BT.1886 */
const television: Transfer = { kind: 'gamma', exponent: 2.4 }

/** @see ITU-T H.273 table 3 */
const transferByCode: Readonly<Record<number, Transfer>> = {
  1: television,
  4: { kind: 'gamma', exponent: 2.2 },
  5: { kind: 'gamma', exponent: 2.8 },
  6: television,
  7: { kind: 'smpte240' },
  8: { kind: 'linear' },
  11: television,
  13: { kind: 'srgb' },
  14: television,
  15: television,
  16: { kind: 'pq' },
  17: { kind: 'gamma', exponent: 2.6, scale: 52.37 / 48 },
  18: { kind: 'hlg' },
}

/** Colours that two code points of H.273 name; `undefined` if either is unspecified or not known. */
export function describeColours(primaries: number, transfer: number): DescribedColours | undefined {
  const [named, curve] = [primariesByCode[primaries], transferByCode[transfer]]
  return named && curve && { kind: 'described', primaries: named, transfer: curve }
}

/** What an AVIF says about its colours. */
export interface AvifColours {
  /** Code points of H.273. */
  readonly primaries: number
  readonly transfer: number
  readonly peakNits?: number | undefined
  readonly isNarrowGrey?: boolean
}

/**
 * Colours that an AVIF names; `undefined` if they need no conversion. What it leaves unspecified is as in sRGB. Browsers take
 * the transfer of television for that of sRGB in an AVIF, though not in a PNG.
 */
export function describeAvifColours(named: AvifColours): DescribedColours | undefined {
  const { primaries, transfer, peakNits, isNarrowGrey = false } = named
  const curve = transferByCode[transfer]
  const colours: DescribedColours = {
    kind: 'described',
    primaries: primariesByCode[primaries] ?? srgbPrimaries,
    transfer: curve === undefined || curve === television ? { kind: 'srgb' } : curve,
    peakNits,
    isNarrowGrey,
  }
  return isSrgb(colours) && !isNarrowGrey ? undefined : colours
}

/** Whether colours need no conversion. */
export function isSrgb({ primaries, transfer }: DescribedColours): boolean {
  return primaries === srgbPrimaries && transfer.kind === 'srgb'
}
