import type { PhotoFormat } from '@tintype/contract'

/** Limit for the first bytes that `identify` and `guessFileType` read. A shorter file may be given whole. */
export const identifyByteSize = 128

/** Brands that only AVIF stills have: the format itself, and its two profiles. @see the AVIF specification §6, §8 */
export const avifBrands: readonly string[] = ['avif', 'MA1A', 'MA1B']

/** Major brands of files that are no stills, whatever else they are compatible with. */
const sequenceBrands = ['avis', 'msf1']

/**
 * The format that a file's first bytes announce; `undefined` if it is not an accepted one. Whether the rest of the file
 * matches is checked by `Imaging.inspect`.
 *
 * An AVIF is known by any of its brands. AVIF sequences (`avis`) are not accepted: the decoder reads stills only. HEIC is
 * not AVIF, though both have the same container.
 *
 * @param head the file's first bytes; at most `identifyByteSize` of them are read
 * @see PNG §5.2, GIF89a §17, RFC 9649 §2.4, ISO/IEC 14496-12 §4.3, the AVIF specification §6
 */
export function identify(head: Uint8Array): PhotoFormat | undefined {
  const text = latin1(head)
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'gif'
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'webp'
  const brands = readBrands(head)
  if (!brands || brands.isLong || sequenceBrands.includes(brands.major)) return undefined
  return [brands.major, ...brands.compatible].some((brand) => avifBrands.includes(brand)) ? 'avif' : undefined
}

/** What an ISO base media file says that it is. Each brand has four characters. */
export interface Brands {
  readonly major: string
  readonly compatible: readonly string[]
  /** Whether the size of their box has 64 bits. The decoder does not read such a file. */
  readonly isLong: boolean
}

/** The brands of an ISO base media file, as far as its first bytes contain them; `undefined` for any other file. */
export function readBrands(head: Uint8Array): Brands | undefined {
  const text = latin1(head)
  if (text.length < 16 || !text.startsWith('ftyp', 4)) return undefined
  const declared = sizeAt(text, 0)
  const isLong = declared === 1
  const majorAt = isLong ? 16 : 8
  const end = Math.min(isLong ? sizeAt(text, 12) : declared, text.length)
  const compatible: string[] = []
  for (let at = majorAt + 8; at + 4 <= end; at += 4) compatible.push(text.slice(at, at + 4))
  return { major: text.slice(majorAt, majorAt + 4), compatible, isLong }
}

function sizeAt(text: string, at: number): number {
  return [0, 1, 2, 3].reduce((size, index) => size * 256 + (text.charCodeAt(at + index) || 0), 0)
}

/** The first `identifyByteSize` bytes as text with one character for each byte, so that time is bounded (B150). */
export function latin1(head: Uint8Array): string {
  return String.fromCharCode(...head.subarray(0, identifyByteSize))
}
