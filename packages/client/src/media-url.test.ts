import { ladder, parseMediaPath, presets, renditionFormats } from '@tintype/contract'
import { describe, expect, test } from 'vitest'
import { createTintypeClient } from './create-tintype-client.ts'
import { mediaUrl, type PresetName, srcset } from './media-url.ts'
import { samplePhoto } from './testing/scripted-server.ts'

const { id } = samplePhoto
const hosted = { ...samplePhoto, url: `https://cdn.example.com/photos/media/${id}.jpg` }
const wide = (width: number) => ({ ...samplePhoto, width })

describe('mediaUrl', () => {
  test.each([
    [{}, `/media/${id}.jpg`],
    [{ width: 640 }, `/media/${id}/w640.webp`],
    [{ width: 600, format: 'avif' }, `/media/${id}/w640.avif`],
    [{ width: 0.5 }, `/media/${id}/w160.webp`],
    [{ width: 0 }, `/media/${id}/w160.webp`],
    [{ width: -640 }, `/media/${id}/w160.webp`],
    [{ width: 640.5 }, `/media/${id}/w960.webp`],
    [{ width: 99_999 }, `/media/${id}/w3840.webp`],
    [{ width: Number.POSITIVE_INFINITY }, `/media/${id}/w3840.webp`],
    [{ format: 'png' }, `/media/${id}/w2560.png`],
    [{ preset: 'square' }, `/media/${id}/square.webp`],
    [{ preset: 'thumb', format: 'jpg' }, `/media/${id}/thumb.jpg`],
  ] as const)('%o', (choice, path) => {
    expect(mediaUrl(samplePhoto, choice)).toBe(path)
    expect(createTintypeClient({ url: 'http://localhost:3000' }).mediaUrl(samplePhoto, choice)).toBe(
      `http://localhost:3000${path}`,
    )
    expect(createTintypeClient({ url: 'http://localhost:3000' }).mediaUrl(hosted, choice)).toBe(
      `https://cdn.example.com/photos${path}`,
    )
  })

  test('refuses a width that is NaN, in place of the widest rendition', () => {
    const tintype = createTintypeClient({ url: 'http://localhost:3000' })
    const refusal = expect.objectContaining({ code: 'INVALID_REQUEST', source: 'client' })
    const width = Number.NaN
    expect(() => mediaUrl(samplePhoto, { width })).toThrow(refusal)
    expect(() => tintype.mediaUrl(samplePhoto, { width, format: 'avif' })).toThrow(refusal)
    expect(() => srcset(samplePhoto, { widths: [320, width] })).toThrow(refusal)
  })

  test('names only renditions that a server knows', () => {
    for (const format of renditionFormats) {
      for (const preset of Object.keys(presets) as PresetName[]) {
        const path = mediaUrl(samplePhoto, { preset, format }).replace('/media', '')
        expect(parseMediaPath(path)).toEqual({ kind: 'rendition', id, name: preset, format })
      }
    }
  })

  test.each([
    ['', 'https://example.com', 'https://example.com'],
    ['', 'https://example.com/a/b/', 'https://example.com/a/b'],
    ['/a/b', 'https://example.com/a/b', 'https://example.com/a/b'],
    ['/a/b', 'https://example.com/proxy/a/b', 'https://example.com/proxy/a/b'],
    ['/a/b', 'https://example.com', 'https://example.com'],
    ['/a/b', '/api/tintype/', '/api/tintype'],
    ['/a/b', '', ''],
    ['/a/b', undefined, '/a/b'],
    ['//cdn.example', 'https://example.com', '//cdn.example'],
    ['https://cdn.example', 'https://example.com/a/b', 'https://cdn.example'],
    ['https://example.com/a/b', 'https://example.com/a/b', 'https://example.com/a/b'],
  ])('URLs of a server that starts them with %o, reached at %s, start with %s', (base, url, expected) => {
    const photo = { ...samplePhoto, url: base + samplePhoto.url }
    expect(mediaUrl(photo, { url })).toBe(`${expected}/media/${id}.jpg`)
    expect(mediaUrl(photo, { width: 640, url })).toBe(`${expected}/media/${id}/w640.webp`)
    if (url === undefined) return
    const tintype = createTintypeClient({ url })
    expect(tintype.mediaUrl(photo)).toBe(`${expected}/media/${id}.jpg`)
    expect(tintype.srcset(photo, { widths: [320] })).toBe(`${expected}/media/${id}/w320.webp 320w`)
  })
})

describe('srcset', () => {
  test('lists the ladder below the width, and the width itself', () => {
    expect(srcset(wide(1000))).toBe(
      [160, 320, 480, 640, 960]
        .map((width) => `/media/${id}/w${width}.webp ${width}w`)
        .concat(`/media/${id}/w1280.webp 1000w`)
        .join(', '),
    )
  })

  test.each([
    [1, [1]],
    [160, [160]],
    [161, [160, 161]],
    [3839, [...ladder.slice(0, -1), 3839]],
    [3840, ladder],
    [9000, ladder],
  ])('of a photo %i px wide has the real widths, none twice', (width, widths) => {
    const descriptors = srcset(wide(width))
      .split(', ')
      .map((entry) => Number.parseInt(entry.split(' ')[1] ?? '', 10))
    expect(descriptors).toEqual(widths)
  })

  test('I-01 of a long picture has the widths that the format can hold', () => {
    const long = { ...samplePhoto, width: 3000, height: 30_000 }
    const last = (format: 'webp' | 'jpg') => srcset(long, { format }).split(', ').at(-1)
    expect(last('webp')).toBe(`/media/${id}/w1920.webp 1638w`)
    expect(last('jpg')).toBe(`/media/${id}/w3840.jpg 3000w`)
    expect(srcset({ ...samplePhoto, width: 200, height: 16_384 })).toContain('w320.webp 200w')
  })

  test('can be narrowed, in another format and with absolute URLs', () => {
    const tintype = createTintypeClient({ url: 'http://localhost:3000' })
    expect(tintype.srcset(wide(500), { widths: [320, 600, 640, 900], format: 'jpg' })).toBe(
      `http://localhost:3000/media/${id}/w320.jpg 320w, http://localhost:3000/media/${id}/w640.jpg 500w`,
    )
  })
})

describe('a signed photo', () => {
  const signature = `e=1800000000&k=abc123&s=${'A'.repeat(43)}`
  const photoWide = { ...samplePhoto, url: `${samplePhoto.url}?p=a&${signature}` }
  const thumbnail = (query: string) => ({
    ...samplePhoto.thumbnail,
    url: `${samplePhoto.thumbnail.url}?${query}`,
  })

  test('keeps a signature for the whole photo, in every URL', () => {
    const url = 'https://photos.example.com/files'
    expect(mediaUrl(photoWide, { url })).toBe(`${url}/media/${id}.jpg?p=a&${signature}`)
    expect(mediaUrl(photoWide, { preset: 'square' })).toBe(`/media/${id}/square.webp?p=a&${signature}`)
    expect(srcset({ ...photoWide, width: 300 })).toBe(
      [`w160.webp?p=a&${signature} 160w`, `w320.webp?p=a&${signature} 300w`]
        .map((entry) => `/media/${id}/${entry}`)
        .join(', '),
    )
  })

  test('keeps a signature for all renditions, but not for the original', () => {
    const photo = { ...samplePhoto, thumbnail: thumbnail(`p=r&${signature}`) }
    expect(mediaUrl(photo, { width: 640 })).toBe(`/media/${id}/w640.webp?p=r&${signature}`)
    expect(mediaUrl(photo)).toBe(`/media/${id}.jpg`)
  })

  test('B248 shares none that opens the original with a rendition, if the thumbnail has another', () => {
    const photo = { ...photoWide, thumbnail: thumbnail(`p=r&${signature}`) }
    expect(mediaUrl(photo)).toBe(photoWide.url)
    for (const url of [mediaUrl(photo, { preset: 'square' }), mediaUrl(photo, { width: 1, format: 'jpg' })])
      expect(url.split('?')[1]).toBe(`p=r&${signature}`)
    expect(srcset(photo)).not.toContain('p=a')
  })

  test('keeps the signature of an older server, which covers everything', () => {
    const photo = { ...photoWide, thumbnail: thumbnail(`p=a&${signature}`) }
    expect(mediaUrl(photo)).toBe(photoWide.url)
    expect(mediaUrl(photo, { preset: 'square' })).toBe(`/media/${id}/square.webp?p=a&${signature}`)
  })

  test('keeps a signature for one path only at that path', () => {
    const photo = {
      ...samplePhoto,
      url: `https://cdn.example.com${samplePhoto.url}?${signature}`,
      thumbnail: thumbnail(`d=1&${signature}`),
    }
    expect(mediaUrl(photo)).toBe(photo.url)
    expect(mediaUrl(photo, { preset: 'thumb' })).toBe(
      `https://cdn.example.com/media/${id}/thumb.webp?d=1&${signature}`,
    )
    expect(mediaUrl(photo, { width: 640 })).toBe(`https://cdn.example.com/media/${id}/w640.webp`)
  })

  test('keeps a signature for downloads, and needs no thumbnail', () => {
    const { thumbnail: _, ...reference } = { ...photoWide, url: `${samplePhoto.url}?d=1&p=a&${signature}` }
    expect(mediaUrl(reference, { format: 'png' })).toBe(`/media/${id}/w2560.png?d=1&p=a&${signature}`)
  })
})
