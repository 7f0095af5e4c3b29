import { expect, test } from 'vitest'
import { makePhoto } from '../testing/make-photo.ts'
import { createNextLoader } from './create-next-loader.ts'

const photo = makePhoto(1)
const url = 'https://photos.example.com/files'

test.each([
  ['root-relative', photo.url, `/media/${photo.id}/w640.webp`],
  ['absolute', `https://cdn.example.com${photo.url}`, `https://cdn.example.com/media/${photo.id}/w640.webp`],
  ['signed', `${photo.url}?p=a&e=1&s=x`, `/media/${photo.id}/w640.webp?p=a&e=1&s=x`],
  ['of a thumbnail', photo.thumbnail.url, `/media/${photo.id}/w640.webp`],
  [
    'of a thumbnail, B248 signed for renditions only',
    `https://cdn.example.com/files${photo.thumbnail.url}?p=r&e=1&s=x`,
    `https://cdn.example.com/files/media/${photo.id}/w640.webp?p=r&e=1&s=x`,
  ],
])('a photo gets the next larger width of the ladder, as WebP: %s', (_, src, expected) => {
  expect(createNextLoader()({ src, width: 500 })).toBe(expected)
  expect(createNextLoader()({ src, width: 640 })).toBe(expected)
})

test('a root-relative URL is completed', () => {
  const expected = `${url}/media/${photo.id}/w3840.webp`
  expect(createNextLoader({ url })({ src: photo.url, width: 4000 })).toBe(expected)
})

test.each(['/logo.png', 'https://example.com/media/logo.png', `/media/${photo.id}/square.webp`, ''])(
  'another image stays: %j',
  (src) => {
    expect(createNextLoader({ url })({ src, width: 640 })).toBe(src)
  },
)
