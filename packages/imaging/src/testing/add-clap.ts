import { addAvifProperty } from './add-avif-property.ts'

/**
 * Adds a clean aperture of 1 × 1 to an AVIF made by `makeImage` without alpha: it displays as one pixel, and
 * costs as much as before to decode.
 *
 * @see ISO/IEC 14496-12 §12.1.4 (clap)
 */
export function addClap(avif: Uint8Array): Uint8Array {
  const clap = Buffer.alloc(40)
  clap.writeUInt32BE(40, 0)
  clap.write('clap', 4, 'latin1')
  for (const [index, value] of [1, 1, 1, 1, 0, 1, 0, 1].entries()) clap.writeUInt32BE(value, 8 + index * 4)
  return addAvifProperty(avif, clap)
}
