import { openMemoryCatalog } from '@tintype/catalog/drivers/memory'
import { samplePhoto } from '@tintype/catalog/testing'
import { openCaller, type PhotoScope } from '@tintype/contract'
import { expect, test } from 'vitest'
import { createPhotoLibrary, type LibraryDependencies } from './photo-library.ts'

const alice: PhotoScope = { owner: 'alice', includesPrivate: true }
const bob: PhotoScope = { owner: 'bob', includesPrivate: true }

test('B226 tags are changed and listed, and photos counted, within the scope', async () => {
  await using catalog = await openMemoryCatalog()
  const deps: Partial<LibraryDependencies> = { catalog, now: Date.now }
  const library = createPhotoLibrary(deps as LibraryDependencies) // these use-cases need no other
  const mine = samplePhoto({ owner: 'alice', visibility: 'private' })
  const theirs = samplePhoto({ owner: 'bob' })
  for (const photo of [mine, theirs]) await catalog.insert(photo)
  const tag = (add: string[], ids: (typeof mine.id)[], scope: PhotoScope) =>
    library.tagPhotos({ ids, add, remove: [] }, { scope, audit: { actor: 'key:a', requestId: 'r' } })

  await tag(['a', 'ab'], [mine.id], alice)
  await tag(['b'], [theirs.id], bob)
  const hidden = { code: 'PHOTO_NOT_FOUND', facts: { ids: [theirs.id] } }
  await expect(tag(['c'], [mine.id, theirs.id], alice)).rejects.toMatchObject(hidden)

  const seen = async (scope: PhotoScope) => [
    await library.listTags({ prefix: '', limit: 9 }, scope),
    await library.countPhotos(scope),
  ]
  expect(await seen(alice)).toEqual([['a', 'ab'], 1])
  expect(await seen(bob)).toEqual([['b'], 1])
  expect(await seen(openCaller.scope)).toEqual([['a', 'ab', 'b'], 2])
  expect(await seen({ includesPrivate: false })).toEqual([['b'], undefined])
  const { entries } = await catalog.listAudit({ limit: 9 })
  const recorded = { action: 'photo.update', actor: 'key:a', details: { fields: ['tags'] } }
  expect(entries).toMatchObject([
    { ...recorded, target: theirs.id, owner: 'bob' },
    { ...recorded, target: mine.id, owner: 'alice' },
  ])
})
