import type { Transfer } from './colours.ts'

/** Light of a page's white, in cd/m². @see ITU-R BT.2408 */
export const whiteNits = 203

/** Light that HLG is shown with at its peak, in cd/m², and the exponent of its system at that. @see ITU-R BT.2100 table 5 */
const hlgPeakNits = 1000
const hlgSystemExponent = 1.2

/**
 * The light that a channel's number stands for. 1 is white. PQ gives light of a display; HLG that of the scene, which
 * `toDisplayLight` completes.
 *
 * @param value 0 to 1
 * @see ITU-T H.273 table 3; ITU-R BT.2100 tables 4 and 5; IEC 61966-2-1
 */
export function toLight(value: number, transfer: Transfer): number {
  switch (transfer.kind) {
    case 'linear':
      return value
    case 'gamma':
      return value ** transfer.exponent * (transfer.scale ?? 1)
    case 'srgb':
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    case 'smpte240':
      return value < 0.0913 ? value / 4 : ((value + 0.1115) / 1.1115) ** (1 / 0.45)
    case 'pq':
      return pqToNits(value) / whiteNits
    case 'hlg':
      return hlgToScene(value)
  }
}

function pqToNits(value: number): number {
  const power = value ** (1 / 78.84375)
  return 10_000 * (Math.max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125)
}

function hlgToScene(value: number): number {
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
}

/** What the light of an HLG scene of this luminance is multiplied with, to be that of a display. 1 is white. */
export function hlgGain(luminance: number): number {
  return luminance > 0 ? (hlgPeakNits / whiteNits) * luminance ** (hlgSystemExponent - 1) : 0
}
