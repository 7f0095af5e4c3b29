import { whiteNits } from './transfer.ts'

/** Light of the brightest part of a picture, in cd/m², if its file does not say. */
const usualPeakNits = 1000

/** How round the shoulder of the curve is: 0 to 1. */
const roundness = 0.65

/**
 * How a picture with lights brighter than white is shown on a page, as Chromium does it on a display without headroom. Up to
 * white a part of the light is left, half of it in a usual picture, which keeps contrast and colours. Above it the lights
 * approach 1, which the brightest one reaches.
 *
 * @param peakNits light of the brightest part of the picture, in cd/m²; more than 0
 * @returns what a colour is multiplied with, by the light of its brightest channel with the primaries of BT.2020; 1 is white
 * @see SMPTE ST 2094-50, the tone mapping by reference white: a Bézier curve of three points
 */
export function createToneMap(peakNits = usualPeakNits): (light: number) => number {
  const brightest = peakNits / whiteNits
  if (brightest <= 1) return () => 1
  const white = 1 - 0.5 * Math.min(1, Math.log2(brightest) / Math.log2(usualPeakNits / whiteNits))
  const middle = { x: 1 - roundness + roundness / white, y: (1 - roundness) * white + roundness }
  const x = { square: 1 - 2 * middle.x + brightest, linear: 2 * (middle.x - 1) }
  const y = { square: white - 2 * middle.y + 1, linear: 2 * (middle.y - white) }
  return (light) => {
    if (light <= 1) return white
    if (light >= brightest) return 1 / light
    const root = Math.sqrt(x.linear ** 2 + 4 * x.square * (light - 1))
    const at = (2 * (light - 1)) / (x.linear + root)
    return (y.square * at ** 2 + y.linear * at + white) / light
  }
}
