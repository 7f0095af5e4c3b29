import { latin1, readBrands } from './identify.ts'

/** What files start with, one character a byte, and what people call them. */
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

/** How markup starts, behind a byte order mark and white space. */
const markups: readonly (readonly [RegExp, string])[] = [
  [/^<(!doctype\s+svg|svg[\s>])/i, 'SVG'],
  [/^<(!doctype\s+html|html|head|body|script)[\s>]/i, 'HTML'],
  [/^<\?xml[\s\S]*<svg[\s>]/i, 'SVG'],
  [/^<(\?xml|!doctype|!--)/i, 'XML'],
]

/**
 * Names for people what a file that is no accepted image seems to be, for the message that refuses it: `PDF`,
 * `HEIC`, `SVG`, …; `text`, `empty` or `unknown` where nothing better can be said. A guess, never a verdict.
 *
 * @param head the file's first bytes; never more than `identifyByteSize` of them are read
 */
export function describeBytes(head: Uint8Array): string {
  if (head.length === 0) return 'empty'
  const major = readBrands(head)?.major
  if (major !== undefined) return describeBrand(major)
  const text = latin1(head)
  const prefix = prefixes.find(([start]) => text.startsWith(start))
  if (prefix) return prefix[1]
  const markup = text.replace('\xef\xbb\xbf', '').trimStart()
  const language = markups.find(([pattern]) => pattern.test(markup))
  if (language) return language[1]
  return /^[\t\n\r\x20-\x7e]+$/.test(text) ? 'text' : 'unknown'
}

function describeBrand(major: string): string {
  if (major === 'avis') return 'AVIF sequence'
  if (/^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(major)) return 'HEIC'
  if (major.startsWith('crx')) return 'Canon raw'
  return major === 'qt  ' ? 'QuickTime' : 'MP4'
}
