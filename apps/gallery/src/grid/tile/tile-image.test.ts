// @vitest-environment happy-dom
import type { Photo } from '@tintype/client'
import { expect, test } from 'vitest'
import { tileImage } from './tile-image.ts'

const photo = {
  id: '0198c0de-0000-7000-8000-000000000000',
  url: '/media/0198c0de-0000-7000-8000-000000000000',
  format: 'jpeg',
  width: 700,
  height: 500,
  thumbnail: { url: '/media/0198c0de-0000-7000-8000-000000000000/thumb.webp', width: 300, height: 214 },
} as Photo
const box = { width: 210, height: 150 }
/** The last parts of the addresses of a `srcset`, with their widths. */
const namesOf = (srcset = '') => srcset.split(', ').map((one) => one.split('/').at(-1))

test('a tile uses the thumbnail and larger renditions in WebP', () => {
  const { srcSet, avifSrcSet, sizes } = tileImage(photo, box, { thumb: ['webp'], w480: ['webp'] })
  expect(namesOf(srcSet)).toEqual(['thumb.webp 300w', 'w480.webp 480w', 'w640.webp 640w', 'w960.webp 700w'])
  expect([avifSrcSet, sizes]).toEqual([undefined, '210px'])
})

test('a tile uses AVIF in the widths that the server makes in advance', () => {
  const eager = { w160: ['avif'], w320: ['avif', 'webp'], w480: ['webp', 'avif'], w960: ['avif'] } as const
  expect(namesOf(tileImage(photo, box, eager).avifSrcSet)).toEqual(['w320.avif 320w', 'w480.avif 480w'])
})
