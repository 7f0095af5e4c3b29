import type { PhotoId } from '@tintype/contract'
import { parseBlobKey } from '@tintype/storage'
import { expect, test } from 'vitest'
import { originalKey, readBlobKey, renditionKey } from './blob-keys.ts'
import { createdAtOf, newPhotoId } from './photo-id.ts'

const id = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4' as PhotoId

test('keys are made of id, name and format only, originals apart from renditions', () => {
  expect(originalKey(id, 'jpeg')).toBe(`originals/0193f6a/${id}.jpg`)
  expect(renditionKey(id, 'w640', 'webp')).toBe(`renditions/0193f6a/${id}.w640.webp`)
})

test('a key is read as the photo or rendition that it was made for', () => {
  expect(readBlobKey(originalKey(id, 'png'))).toEqual({ kind: 'original', id, format: 'png' })
  expect(readBlobKey(renditionKey(id, '641x-inside-q70', 'avif'))).toEqual({
    kind: 'rendition',
    id,
    name: '641x-inside-q70',
    format: 'avif',
  })
})

test.each([
  `originals/0000000/${id}.jpg`,
  `originals/0193f6a/${id}.txt`,
  'originals/0193f6a/notes.jpg',
  `${id}.jpg`,
])('%s is not a key of Tintype, so a sweep keeps it', (key) => {
  expect(readBlobKey(parseBlobKey(key))).toBeUndefined()
})

test('ids contain their time and are unique', () => {
  const nowMs = Date.UTC(2026, 10, 23, 12, 30, 15, 123)
  const ids = Array.from({ length: 10_000 }, () => newPhotoId(nowMs))
  expect(new Set(ids).size).toBe(10_000)
  expect(createdAtOf(ids[0] ?? id)).toBe('2026-11-23T12:30:15.123Z')
})
