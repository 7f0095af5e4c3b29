import { describe, expect, test } from 'vitest'
import { isPhotoId, originalPath, parseMediaPath, renditionPath } from './media-urls.ts'
import type { PhotoId } from './photo.ts'

const id = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4' as PhotoId

describe('media paths', () => {
  test('a path that was written reads back as its reference', () => {
    expect(parseMediaPath(originalPath(id, 'jpeg').slice('/media'.length))).toEqual({
      kind: 'original',
      id,
      format: 'jpeg',
    })
    expect(parseMediaPath(renditionPath(id, 'w640', 'avif').slice('/media'.length))).toEqual({
      kind: 'rendition',
      id,
      name: 'w640',
      format: 'avif',
    })
  })

  test.each([
    '/',
    '',
    `/${id}`,
    `/${id}.`,
    `/${id}.jpeg`,
    `/${id}.svg`,
    `/${id}.html`,
    `/${id}.JPG`,
    `/${id.toUpperCase()}.jpg`,
    `//${id}.jpg`,
    `/./${id}.jpg`,
    `/../${id}.jpg`,
    `/%2e%2e/${id}.jpg`,
    `/..%2f${id}.jpg`,
    `/${id}.jpg/`,
    `/${id}.jpg%00`,
    `/${id}\\thumb.webp`,
    `/${id}/../thumb.webp`,
    `/${id}/thumb`,
    `/${id}/thumb.gif`,
    `/${id}/.thumb.webp`,
    `/${id}/thumb/thumb.webp`,
    '/.staging/x.jpg',
    `/${id.replace('-7b', '-4b')}.jpg`,
  ])('B177 B178 B179 B180 %j names nothing', (path) => {
    expect(parseMediaPath(path)).toBeUndefined()
  })

  test.each([null, 7, {}, '', 'x', `${id} `, `${id}\n`, id.toUpperCase()])(
    'B179 %j is no photo id',
    (value) => {
      expect(isPhotoId(value)).toBe(false)
    },
  )
})
