import { searchesThatFind, searchesThatFindNothing } from '@tintype/contract/testing'
import { describe, expect, test } from 'vitest'
import type { PhotoCatalog, PhotoRecord } from '../photo-catalog.ts'
import type { PhotoCatalogFixture } from './describe-photo-catalog.ts'
import { exactTexts, naughtyTexts } from './naughty-texts.ts'
import { samplePhoto, samplePhotoId } from './sample-photo.ts'
import { shareCatalog } from './share-catalog.ts'

/** The part of the contract about `ListQuery.search`. */
export function describeSearch(fixture: PhotoCatalogFixture): void {
  describe('search', () => {
    const shared = shareCatalog(fixture)

    test.each<Partial<PhotoRecord>>([
      { title: 'xx Needle xx' },
      { alt: 'the needle' },
      { filename: 'NEEDLE.jpg' },
      { tags: ['hay', 'needles'] },
    ])('finds in %j', async (facts) => {
      const opened = shared
      const photo = samplePhoto({ filename: 'other', ...facts })
      await opened.catalog.insert(photo)
      await opened.catalog.insert(samplePhoto({ filename: 'other' }))
      for (const search of ['needle', 'NEED', 'eed', 'ee', 'N'])
        expect(await find(opened.catalog, search), search).toStrictEqual([photo.id])
      expect(await find(opened.catalog, 'needless')).toStrictEqual([])
    })

    test('finds all with an empty search', async () => {
      const opened = shared
      await opened.catalog.insert(samplePhoto({ filename: '' }))
      expect(await find(opened.catalog, '')).toHaveLength(1)
    })

    test('does not match across two fields', async () => {
      const opened = shared
      const facts = { title: 'abcdef', alt: 'ghijkl', filename: 'mnopqr', tags: ['stuvwx', 'yz0123'] }
      await opened.catalog.insert(samplePhoto(facts))
      const across = [
        'efgh',
        'klmn',
        'qrst',
        'wxyz',
        'fg',
        'f g',
        'f\ng',
        'f,g',
        '","',
        'null',
        '\u001fghi',
        'ef\u001f',
      ]
      for (const search of [...across, 'f\u001fg', '\u001f', '\u001f\u001f', '\0', '\0\0\0', 'ef\0'])
        expect(await find(opened.catalog, search), JSON.stringify(search)).toStrictEqual([])
    })

    test.each([
      ['100% sure', '0% s', ['100 sure', '100x sure']],
      ['a_b_c', 'a_b', ['axbxc']],
      ['back\\slash', 'k\\s', ['backslash', 'back/slash']],
      ['say "hi" now', '"hi"', ['say hi now']],
      ['a*b*c', 'a*b', ['aab', 'ab']],
      ['50%', '%', ['50']],
      ['x_y', '_', ['xy']],
      ['q"', '"', ['q']],
      ["it's", "'", ['its']],
      ['a\\', '\\', ['a']],
      ['NOT this', 'not', ['this']],
      ['x OR y', 'x or y', ['x', 'y', 'x  or y']],
      ['alt:this', 'alt:', ['alt']],
    ])(
      'B057 treats special characters of patterns literally: in %j finds %j, not in %j',
      async (title, search, not) => {
        const opened = shared
        const photo = samplePhoto({ filename: '-', title })
        for (const other of not) await opened.catalog.insert(samplePhoto({ filename: '-', title: other }))
        await opened.catalog.insert(photo)
        expect(await find(opened.catalog, search)).toStrictEqual([photo.id])
      },
    )

    test.each([...naughtyTexts, ...exactTexts])('B200 finds %j, and by its tag', async (text) => {
      const opened = shared
      const inTitle = samplePhoto({ filename: '-', title: `before ${text} behind` })
      const inTags = samplePhoto({ filename: '-', tags: ['a', text] })
      for (const photo of [inTitle, inTags, samplePhoto({ filename: '-' })])
        await opened.catalog.insert(photo)
      expect(await find(opened.catalog, text)).toStrictEqual([inTags.id, inTitle.id])
      expect(await find(opened.catalog, text, text)).toStrictEqual([inTags.id])
      expect(await find(opened.catalog, '', text)).toStrictEqual([inTags.id])
      expect(await find(opened.catalog, `${text}\u{10ffff}`)).toStrictEqual([])
      expect(await opened.catalog.count()).toBe(3)
    })

    test.each(searchesThatFind)('finds in %j in any case and form: %j', async (title, search) => {
      const opened = shared
      const inTitle = samplePhoto({ filename: '-', title })
      const inTags = samplePhoto({ filename: '-', tags: ['a', title] })
      for (const photo of [inTitle, inTags, samplePhoto({ filename: '-' })])
        await opened.catalog.insert(photo)
      expect(await find(opened.catalog, search)).toStrictEqual([inTags.id, inTitle.id])
      expect(await find(opened.catalog, search, title)).toStrictEqual([inTags.id])
    })

    test.each(searchesThatFindNothing)('keeps accents: does not find in %j: %j', async (title, search) => {
      await shared.catalog.insert(samplePhoto({ filename: '-', title }))
      expect(await find(shared.catalog, search)).toStrictEqual([])
    })

    test('finds the shortest texts, in characters and not in code units', async () => {
      const opened = shared
      const photo = samplePhoto({ filename: '-', title: '東京 😀😁 é' })
      await opened.catalog.insert(photo)
      for (const search of ['東', '東京', '😀', '😀😁', ' 😀😁', '京 😀', 'É'])
        expect(await find(opened.catalog, search), search).toStrictEqual([photo.id])
      for (const search of ['京東', '😁😀', '😂', '  '])
        expect(await find(opened.catalog, search), search).toStrictEqual([])
    })

    test('searches one or two characters in the latest insertions only, if its reach is limited, with and without a tag', async () => {
      await using opened = await fixture.open()
      const facts = { filename: '-', title: 'xyz', tags: ['T'] }
      const [tooOld, oldest, newest] = [samplePhoto(facts), samplePhoto(facts), samplePhoto(facts)]
      await opened.catalog.insert(tooOld)
      await opened.catalog.insert(oldest)
      const filler = samplePhoto({ filename: '-' })
      const reach = opened.catalog.shortSearchReach
      const isLimited = Number.isFinite(reach)
      // Deleted photos count too, because the reach is a number of insertions.
      const between = Array.from({ length: isLimited ? reach - 2 : 200 }, (_, at) =>
        at % 2 ? opened.catalog.insert({ ...filler, id: samplePhotoId() }) : insertAndDelete(opened.catalog),
      )
      await Promise.all(between)
      await opened.catalog.insert(newest)
      for (const tag of [undefined, 'T'])
        for (const search of ['x', 'xy'])
          expect(await find(opened.catalog, search, tag)).toStrictEqual(
            isLimited ? [newest.id, oldest.id] : [newest.id, oldest.id, tooOld.id],
          )
      expect(await find(opened.catalog, 'xyz')).toStrictEqual([newest.id, oldest.id, tooOld.id])
      await opened.catalog.delete(newest.id)
      await opened.catalog.insert(newest)
      const within = isLimited ? [newest.id] : [newest.id, oldest.id, tooOld.id]
      expect(await find(opened.catalog, 'xy')).toStrictEqual(within)
    })

    test('combines with a tag', async () => {
      const opened = shared
      const both = samplePhoto({ filename: '-', title: 'needle', tags: ['T'] })
      const others = [
        samplePhoto({ filename: '-', title: 'needle', tags: ['t', 'TT'] }),
        samplePhoto({ filename: '-', title: 'needle', alt: 'T' }),
        samplePhoto({ filename: '-', title: 'other', tags: ['T'] }),
      ]
      for (const photo of [both, ...others]) await opened.catalog.insert(photo)
      for (const search of ['needle', 'ne', 'n']) {
        const found = await find(opened.catalog, search, 'T')
        expect(found, search).toStrictEqual([both.id])
      }
    })

    test('finds a photo by its changed texts only', async () => {
      const opened = shared
      const photo = samplePhoto({ title: 'before', tags: ['tag-before'] })
      await opened.catalog.insert(photo)
      await opened.catalog.update(photo.id, { title: 'afterwards', tags: ['tag-after'] })
      const found = ['before', 'afterwards', 'tag-before', 'tag-after', 'IMG_'].map((search) =>
        find(opened.catalog, search),
      )
      expect((await Promise.all(found)).map(({ length }) => length)).toStrictEqual([0, 1, 0, 1, 1])
    })
  })
}

async function find(catalog: PhotoCatalog, search: string, tag?: string): Promise<string[]> {
  return (await catalog.list({ limit: 100, search, tag })).photos.map(({ id }) => id)
}

async function insertAndDelete(catalog: PhotoCatalog): Promise<void> {
  const photo = samplePhoto({ filename: '-' })
  await catalog.insert(photo)
  await catalog.delete(photo.id)
}
