import type { RawImage, Size } from '../image.ts'
import { loadSharp, type SharpPipeline } from '../pixels/load-sharp.ts'
import type { GreyProfile, ImageColours } from './colours.ts'
import { type StoredPixels, toBytes, toSrgb } from './to-srgb.ts'

/**
 * Decodes an image whose colours the decoder does not know, scaled to a size.
 *
 * @param image upright, opened so that its profile is ignored if its colours are described
 * @returns pixels in sRGB
 */
export async function decodeColours(
  image: SharpPipeline,
  { colours, size }: { readonly colours: ImageColours; readonly size: Size },
): Promise<RawImage> {
  const { depth } = await image.metadata()
  const isDeep = depth === 'ushort'
  const scaled = image.resize(size.width, size.height, { fit: 'fill' })
  if (colours.kind === 'grey profile') return toBytes(await readGreyWithProfile(scaled, colours))
  if (colours.kind === 'described') return toSrgb(await readStored(scaled, isDeep), colours)
  // The decoder converts deep images to Display P3, and leaves it to the output to go on from there.
  if (isDeep) scaled.withIccProfile('srgb', { attach: false })
  return toBytes(await readStored(scaled, isDeep))
}

/** Offset in a PNG after its first chunk. @see PNG §11.2.1 (IHDR) */
const afterHeader = 33

/** The decoder applies the profile once the pixels have its space, at 8 bits. */
async function readGreyWithProfile(
  image: SharpPipeline,
  { space, chunk }: GreyProfile,
): Promise<StoredPixels> {
  const sharp = await loadSharp()
  const shallow = await image.toColourspace(space).keepIccProfile().png({ compressionLevel: 0 }).toBuffer()
  if (!chunk) return readStored(sharp(shallow), false)
  const described = Buffer.concat([shallow.subarray(0, afterHeader), chunk, shallow.subarray(afterHeader)])
  return readStored(sharp(described), false)
}

async function readStored(image: SharpPipeline, isDeep: boolean): Promise<StoredPixels> {
  const { data, info } = await image
    .toColourspace(isDeep ? 'rgb16' : 'srgb')
    .raw({ depth: isDeep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  // A buffer of its own: a view of numbers of two bytes has to begin at an even offset.
  const bytes = isDeep
    ? new Uint16Array(new Uint8Array(data).buffer)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return { data: bytes, width, height, channels: channels === 4 ? 4 : 3 }
}
