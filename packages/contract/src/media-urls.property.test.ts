import { array, assert, constantFrom, nat, oneof, pre, property, string, uuid } from 'fast-check'
import { expect, test } from 'vitest'
import { type MediaReference, originalPath, parseMediaPath, renditionPath } from './media-urls.ts'
import { type PhotoId, photoFormats, renditionFormats } from './photo.ts'

const id = uuid({ version: 7 }).map((text) => text as PhotoId)
const name = string({ unit: constantFrom(...'abcxyz0189-'), minLength: 1, maxLength: 40 })

const original = (photoId: PhotoId) =>
  constantFrom(...photoFormats).map((format) => originalPath(photoId, format))
const rendition = (photoId: PhotoId) =>
  name.chain((one) => constantFrom(...renditionFormats).map((format) => renditionPath(photoId, one, format)))
const path = id.chain((photoId) => oneof(original(photoId), rendition(photoId)))

const pathOf = (reference: MediaReference) =>
  reference.kind === 'original'
    ? originalPath(reference.id, reference.format)
    : renditionPath(reference.id, reference.name, reference.format)

test('a media URL reads back as the reference that it was made from', async () => {
  await assert(
    property(path, (url) => {
      const reference = parseMediaPath(url.slice('/media'.length))
      expect(reference && pathOf(reference)).toBe(url)
    }),
  )
})

test('B172 B177 B178 B179 no other text is a media path', async () => {
  const edit = oneof(
    constantFrom('..', '/', '%2e', '%2f', '\0', '\\', '.', '?', 'A', '-', '\n', ''),
    string(),
  )
  await assert(
    property(path, nat(100), nat(3), edit, (url, at, drop, put) => {
      const start = at % url.length
      const changed = url.slice(0, start) + put + url.slice(start + drop)
      pre(changed.startsWith('/media'))
      const reference = parseMediaPath(changed.slice('/media'.length))
      if (reference) expect(pathOf(reference)).toBe(changed)
    }),
  )
  await assert(
    property(array(oneof(edit, constantFrom('originals', 'thumb', 'jpg', 'webp'))), (pieces) => {
      expect(parseMediaPath(pieces.join('/'))).toBeUndefined()
    }),
  )
})
