import { nameRendition, type PhotoId, photoFormats, renditionFits, renditionFormats } from '@tintype/contract'
import { parseBlobKey } from '@tintype/storage'
import { assert, constantFrom, integer, option, pre, property, record, string, uuid } from 'fast-check'
import { expect, test } from 'vitest'
import { originalKey, readBlobKey, renditionKey } from './blob-keys.ts'

const id = uuid({ version: 7 }).map((text) => text as PhotoId)
const side = option(integer({ min: 1, max: 4096 }), { nil: undefined })
const name = record({
  width: side,
  height: side,
  fit: constantFrom(...renditionFits),
  quality: option(integer({ min: 1, max: 100 }), { nil: undefined }),
}).map(nameRendition)

test('a key is read as the photo or rendition that it was made for', async () => {
  await assert(
    property(id, constantFrom(...photoFormats), (photoId, format) => {
      expect(readBlobKey(originalKey(photoId, format))).toEqual({ kind: 'original', id: photoId, format })
    }),
  )
  await assert(
    property(id, name, constantFrom(...renditionFormats), (photoId, rendition, format) => {
      const reference = { kind: 'rendition', id: photoId, name: rendition, format }
      expect(readBlobKey(renditionKey(photoId, rendition, format))).toEqual(reference)
    }),
  )
})

test('a key with one changed character does not belong to the same photo or rendition', async () => {
  await assert(
    property(
      id,
      name,
      integer({ min: 0, max: 200 }),
      constantFrom(...'0a.-_/z'),
      (photoId, rendition, at, put) => {
        const key = renditionKey(photoId, rendition, 'webp')
        const changed = key.slice(0, at % key.length) + put + key.slice((at % key.length) + 1)
        pre(changed !== key)
        const reference = readKey(changed)
        if (reference?.kind === 'rendition')
          expect(renditionKey(reference.id, reference.name, reference.format)).toBe(changed)
        if (reference?.kind === 'original') expect(originalKey(reference.id, reference.format)).toBe(changed)
      },
    ),
  )
})

test('no other text is a key, and no key leaves its directory', async () => {
  await assert(
    property(string({ unit: constantFrom(...'/.a0-_A\\%\0 \n') }), (text) => {
      const key = readsAsKey(text) ? text : undefined
      if (key === undefined) return
      expect(key.split('/')).not.toContain('..')
      expect(key).toMatch(/^[a-z0-9._/-]{1,200}$/)
      expect(new URL(key, 'file:///store/').pathname).toBe(`/store/${key}`)
    }),
  )
})

function readKey(text: string) {
  return readsAsKey(text) ? readBlobKey(parseBlobKey(text)) : undefined
}

function readsAsKey(text: string): boolean {
  try {
    return parseBlobKey(text) === text
  } catch {
    return false
  }
}
