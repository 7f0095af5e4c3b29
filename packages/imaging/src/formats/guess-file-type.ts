import { avifBrands, type Brands, latin1, readBrands } from './identify.ts'

/** First bytes of well-known files, one character for each byte, and their common names. */
const prefixes: readonly (readonly [string, string])[] = [
  ['%PDF-', 'PDF'],
  ['%!PS', 'PostScript'],
  ['II\x2a\0', 'TIFF'],
  ['MM\0\x2a', 'TIFF'],
  ['II\x2b\0', 'TIFF'],
  ['MM\0\x2b', 'TIFF'],
  ['BM', 'BMP'],
  ['\0\0\x01\0', 'ICO'],
  ['8BPS', 'Photoshop'],
  ['qoif', 'QOI'],
  ['\xff\x0a', 'JPEG XL'],
  ['\0\0\0\x0cJXL ', 'JPEG XL'],
  ['\0\0\0\x0cjP  ', 'JPEG 2000'],
  ['\xff\x4f\xff\x51', 'JPEG 2000'],
  ['PK\x03\x04', 'ZIP'],
  ['PK\x05\x06', 'ZIP'],
  ['\x1f\x8b', 'GZIP'],
  ['7z\xbc\xaf\x27\x1c', '7-Zip'],
  ['Rar!\x1a\x07', 'RAR'],
  ['\x7fELF', 'ELF program'],
  ['MZ', 'Windows program'],
  ['\x1a\x45\xdf\xa3', 'Matroska or WebM'],
  ['push graphic-context', 'MVG'],
]

/** Beginnings of markup after a byte order mark and white space. */
const markups: readonly (readonly [RegExp, string])[] = [
  [/^<(!doctype\s+svg|svg[\s>])/i, 'SVG'],
  [/^<(!doctype\s+html|html|head|body|script)[\s>]/i, 'HTML'],
  [/^<!--[\s\S]*-->\s*<(!doctype\s+html|html|head|body|script)[\s>]/i, 'HTML'],
  [/^<(\?xml|!--)[\s\S]*<svg[\s>]/i, 'SVG'],
  [/^<(\?xml|!doctype|!--)/i, 'XML'],
]

/** Brands of films and of sound. @see https://mp4ra.org/registered-types/brands */
const film = /^(iso[m2-9]|mp4[12]|avc1|dash|M4[ABVP] |3g[egps2].|f4v |mmp4|MSNV)$/

/**
 * Guesses the type of a file that is not an accepted image, for the error text: `PDF`, `HEIC`, `SVG`, …; `text`,
 * `empty` or `unknown` if there is no better guess.
 *
 * @param head the file's first bytes; at most `identifyByteSize` of them are read
 */
export function guessFileType(head: Uint8Array): string {
  if (head.length === 0) return 'empty'
  const brands = readBrands(head)
  if (brands) return nameBrands(brands)
  const text = latin1(head)
  const prefix = prefixes.find(([start]) => text.startsWith(start))
  if (prefix) return prefix[1]
  const markup = text.replace('\xef\xbb\xbf', '').trimStart()
  const language = markups.find(([pattern]) => pattern.test(markup))
  if (language) return language[1]
  return /^[\t\n\r\x20-\x7e]+$/.test(text) ? 'text' : 'unknown'
}

function nameBrands({ major, compatible, isLong }: Brands): string {
  const brands = [major, ...compatible]
  if (brands.includes('avis')) return 'AVIF sequence'
  if (brands.some((brand) => /^(hei[cxms]|hev[cxms])$/.test(brand))) return 'HEIC'
  if (isLong && brands.some((brand) => avifBrands.includes(brand))) return 'AVIF with a 64-bit box size'
  if (/^(mif[12]|msf1|miaf|heif)$/.test(major)) return 'HEIF'
  if (major.startsWith('crx')) return 'Canon raw'
  if (major === 'qt  ') return 'QuickTime'
  return brands.some((brand) => film.test(brand)) ? 'MP4' : 'ISO media of an unknown kind'
}
