import { type PhotoFormat, photoFormats } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { makeImage } from '../testing/index.ts'
import { guessFileType } from './guess-file-type.ts'
import { identify, identifyByteSize } from './identify.ts'

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const ftyp = (major: string, ...compatible: string[]) => {
  const size = 16 + compatible.length * 4
  return bytes(`\0\0${String.fromCharCode(size >> 8, size & 255)}ftyp${major}\0\0\0\0${compatible.join('')}`)
}
const longFtyp = bytes('\0\0\0\x01ftyp\0\0\0\0\0\0\0\x20avif\0\0\0\0mif1miaf')

describe('identify', () => {
  test.for(photoFormats)('knows a %s by its first bytes alone', async (format) => {
    const image = await makeImage({ width: 8, height: 8, format })
    expect(identify(image)).toBe(format)
    expect(identify(image.subarray(0, identifyByteSize))).toBe(format)
  })

  test.for<[string, Uint8Array, PhotoFormat | undefined]>([
    ['GIF87a', bytes('GIF87a'), 'gif'],
    ['GIF88a', bytes('GIF88a'), undefined],
    ['a PNG whose line ends were converted', bytes('\x89PNG\n\x1a\n\0'), undefined],
    ['a JPEG start without a marker after it', bytes('\xff\xd8\x00'), undefined],
    ['RIFF with sound', bytes('RIFF\0\0\0\0WAVEfmt '), undefined],
    ['brand avif', ftyp('avif', 'mif1'), 'avif'],
    ['brand mif1, compatible with avif', ftyp('mif1', 'miaf', 'avif'), 'avif'],
    ['I-17 brand miaf, compatible with avif', ftyp('miaf', 'mif1', 'avif'), 'avif'],
    ['brand MA1A', ftyp('MA1A', 'mif1', 'miaf'), 'avif'],
    ['avif as the twentieth brand', ftyp('mif1', ...Array<string>(19).fill('miaf'), 'avif'), 'avif'],
    ['brand mif1, compatible with heic', ftyp('mif1', 'heic'), undefined],
    ['an avif brand after the end of ftyp', bytes('\0\0\0\x14ftypmif1\0\0\0\0heicavif'), undefined],
    ['B103 HEIC', ftyp('heic', 'mif1', 'heic'), undefined],
    ['B139 an AVIF sequence, by rule', ftyp('avis', 'avif', 'mif1'), undefined],
    ['AVIF whose first box has a size of 64 bits', longFtyp, undefined],
    ['MP4', ftyp('isom', 'avc1'), undefined],
    ['nothing', bytes(''), undefined],
  ])('%s', ([, head, format]) => {
    expect(identify(head)).toBe(format)
  })

  test('B150 answers for every prefix of anything, without throwing', () => {
    let seed = 7
    const noise = Uint8Array.from({ length: 65_536 }, () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return seed >>> 24
    })
    const starts = ['', 'RIFF', '\0\0\0\x20ftypavif', '\xff\xff\xff\xffftypmif1', '<?xml', '<svg', 'GIF8']
    for (const start of starts)
      for (let length = 0; length < 200; length += 1) {
        const head = Uint8Array.from([...bytes(start), ...noise.subarray(0, length)])
        expect(photoFormats.concat([undefined as never])).toContain(identify(head))
        expect(guessFileType(head).length).toBeGreaterThan(0)
      }
    expect(identify(noise)).toBeUndefined()
    expect(guessFileType(noise)).toBe('unknown')
  })
})

describe('guessFileType', () => {
  test.for<[string, string]>([
    ['', 'empty'],
    ['%PDF-1.7\n', 'PDF'],
    ['%!PS-Adobe-3.0 EPSF-3.0', 'PostScript'],
    ['II\x2a\0\x08\0\0\0', 'TIFF'],
    ['MM\0\x2a\0\0\0\x08', 'TIFF'],
    ['BM\x9a\x0c\0\0\0\0\0\0', 'BMP'],
    ['PK\x03\x04\x14\0', 'ZIP'],
    ['\x1f\x8b\x08', 'GZIP'],
    ['\x7fELF\x02', 'ELF program'],
    ['MZ\x90\0', 'Windows program'],
    ['qoif\0\0', 'QOI'],
    ['push graphic-context\n', 'MVG'],
    ['<svg xmlns="http://www.w3.org/2000/svg">', 'SVG'],
    ['\xef\xbb\xbf <?xml version="1.0"?>\n<svg width="1">', 'SVG'],
    ['<?xml version="1.0"?><!DOCTYPE foo [', 'XML'],
    ['\n<!-- drawn by hand -->\n<svg width="1">', 'SVG'],
    ['\n<!DOCTYPE html><html>', 'HTML'],
    ['<!-- saved --><html lang="en">', 'HTML'],
    ['<!-- a comment --><note/>', 'XML'],
    ['hello, world', 'text'],
    ['\x01\x02\x03', 'unknown'],
  ])('B103 names %j: %s', ([head, name]) => {
    expect(guessFileType(bytes(head))).toBe(name)
  })

  test('distinguishes HEIC and AVIF sequences from films', () => {
    expect(guessFileType(ftyp('heic', 'mif1'))).toBe('HEIC')
    expect(guessFileType(ftyp('avis', 'avif'))).toBe('AVIF sequence')
    expect(guessFileType(ftyp('msf1', 'avis', 'avif', 'mif1'))).toBe('AVIF sequence')
    expect(guessFileType(ftyp('isom'))).toBe('MP4')
    expect(guessFileType(ftyp('xxxx', 'mp42'))).toBe('MP4')
    expect(guessFileType(ftyp('qt  '))).toBe('QuickTime')
    expect(guessFileType(ftyp('xxxx', ...Array<string>(200).fill('yyyy'), 'avif'))).toBe(
      'ISO media of an unknown kind',
    )
    expect(guessFileType(ftyp('mif1', 'miaf', 'heic'))).toBe('HEIC')
    expect(guessFileType(ftyp('mif1', 'miaf'))).toBe('HEIF')
    expect(guessFileType(longFtyp)).toBe('AVIF with a 64-bit box size')
  })
})
