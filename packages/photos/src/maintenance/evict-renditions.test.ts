import { utimes } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { openTestLibrary } from '../testing/open-test-library.ts'
import { evictRenditions } from './evict-renditions.ts'
import { createRenditionKeeper } from './rendition-budget.ts'

const { signal } = new AbortController()
const daySeconds = 86_400
const log = { info() {}, warn() {}, error() {} }

/** Two photos with four renditions of 700 bytes. All were made long ago, and were read at different times. */
async function setUp() {
  const library = await openTestLibrary()
  const [one, other] = [await library.addPhoto(), await library.addPhoto()]
  const renditions = {
    oldest: await library.addRendition(one.photo, 'w320'),
    older: await library.addRendition(one.photo, 'w640'),
    latest: await library.addRendition(other.photo, 'thumb'),
    custom: await library.addRendition(other.photo, '400x300-cover'),
  }
  const now = Date.now() / 1000
  const ages = { oldest: 3, older: 2, latest: 1, custom: 300 }
  for (const [name, days] of Object.entries(ages))
    await utimes(renditions[name as keyof typeof ages].path, now - days * daySeconds, now - 400 * daySeconds)
  const stored = async () => {
    const found = await Promise.all(
      Object.entries(renditions).map(async ([name, { key, rendition }]) => {
        const row = await library.catalog.getRendition(rendition.photoId, rendition.name, rendition.format)
        return (await library.blobs.stat(key)) && row ? [name] : []
      }),
    )
    return found.flat()
  }
  return { library, renditions, stored, originals: [one.key, other.key] }
}

test('B297 over their budget, renditions that were not read for longest are removed, and never originals or custom sizes', async () => {
  const { library, stored, originals } = await setUp()
  await using _library = library
  const nothing = await evictRenditions(library, { maxByteSize: 2800, signal })
  expect(nothing).toEqual({ renditions: 4, byteSize: 2800, removed: 0, removedByteSize: 0 })
  const removedTwo = { renditions: 4, byteSize: 2800, removed: 2, removedByteSize: 1400 }
  expect(await evictRenditions(library, { maxByteSize: 1600, signal, isDryRun: true })).toEqual(removedTwo)
  expect(await stored()).toEqual(['oldest', 'older', 'latest', 'custom'])
  expect(await evictRenditions(library, { maxByteSize: 1600, signal })).toEqual(removedTwo)
  expect(await stored()).toEqual(['latest', 'custom'])
  await evictRenditions(library, { maxByteSize: 1, signal })
  expect(await stored()).toEqual(['custom'])
  for (const key of originals) expect(await library.blobs.stat(key)).toBeDefined()
})

test('a client that reads a rendition gets all of it, though it is removed in the meantime', async () => {
  const { library, renditions } = await setUp()
  await using _library = library
  const opened = await library.blobs.open(renditions.oldest.key)
  await evictRenditions(library, { maxByteSize: 1, signal })
  expect(opened && (await buffer(opened.body))).toEqual(renditions.oldest.bytes)
})

test('the list is read again only when enough was made', async () => {
  const { library, stored } = await setUp()
  await using _library = library
  let made = 0
  const counts: number[] = []
  const keep = createRenditionKeeper(
    { ...library, log },
    { maxByteSize: 3000, madeByteSize: () => made, onCounted: ({ byteSize }) => counts.push(byteSize) },
  )
  await keep(signal)
  made = 200
  await keep(signal)
  expect(counts).toEqual([2800])
  made = 201
  await keep(signal)
  expect(counts).toEqual([2800, 2800])
  expect(await stored()).toHaveLength(4)
})
