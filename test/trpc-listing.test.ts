import { brotliDecompressSync } from 'node:zlib'
import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { targetAt } from './support/base-path.ts'
import { mutate, query } from './support/call.ts'
import { send } from './support/send.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { type PhotoText, uploadPhoto } from './support/upload.ts'
import type { PhotoJson } from './support/uploads.ts'

interface Page {
  readonly photos: PhotoJson[]
  readonly nextCursor: string | null
}

let image: Uint8Array
beforeAll(async () => {
  image = await makeImage({ width: 16, height: 12, format: 'png' })
})

/** A page of a query that must succeed. */
async function list(tintype: Tintype, input?: object): Promise<Page> {
  const { data, problem } = await query<Page>(tintype.url, 'photos.list', input)
  if (!data) throw new Error(`the page was refused: ${JSON.stringify(problem)}`)
  return data
}

describe('pages', () => {
  let tintype: Tintype
  const ids: string[] = []
  beforeAll(async () => {
    tintype = await startTintype()
    for (let at = 0; at < 55; at++) ids.unshift((await uploadPhoto(tintype.url, image)).id)
  })
  afterAll(() => tintype[Symbol.asyncDispose]())

  test('without an input: the 20 newest', async () => {
    const page = await list(tintype)
    expect(page.photos.map(({ id }) => id)).toEqual(ids.slice(0, 20))
    expect(page.nextCursor).toEqual(expect.any(String))
  })

  test.each([1, 7, 20, 54, 55, 100])('pages of %i have each photo once, newest first', async (limit) => {
    const walked: string[] = []
    let cursor: string | null | undefined
    while (cursor !== null) {
      const page: Page = await list(tintype, { limit, ...(cursor && { cursor }) })
      expect(page.photos.length).toBeLessThanOrEqual(limit)
      walked.push(...page.photos.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(walked).toEqual(ids)
  })

  test('a page is compressed for clients that accept it', async () => {
    const plain = await send(tintype.url, '/trpc/photos.list')
    const small = await send(tintype.url, '/trpc/photos.list', { headers: { 'Accept-Encoding': 'br' } })
    expect([plain, small].map(({ headers }) => headers.get('content-encoding'))).toEqual([null, 'br'])
    expect(small.headers.get('vary')).toContain('Accept-Encoding')
    expect(brotliDecompressSync(small.body).equals(plain.body)).toBe(true)
  })

  test('B281: URLs are root-relative for any request', async () => {
    const { photos } = await list(tintype, { limit: 1 })
    const [photo] = photos
    expect(photo?.url).toBe(targetAt(tintype.url, `/media/${photo?.id}.png`))
    const response = await fetch(
      `${tintype.url}/trpc/photos.list?input=${encodeURIComponent('{"limit":1}')}`,
      {
        headers: {
          'X-Forwarded-Host': 'evil.example',
          'X-Forwarded-Proto': 'https',
          Forwarded: 'host=evil.example',
        },
      },
    )
    expect(await response.text()).not.toContain('evil')
  })

  test.each([0, -1, -0, 1.5, 101, 1e9, '10', null, {}, [], true])(
    'B294: a limit of %j is refused',
    async (limit) => {
      const { status, problem } = await query(tintype.url, 'photos.list', { limit })
      expect([status, problem?.code]).toEqual([400, 'INVALID_REQUEST'])
      expect(problem?.detail).toContain('limit')
    },
  )

  test.each(['1e400', '-1e400', '9007199254740993', '0.1e1000'])(
    'B290: so is the number %s',
    async (number) => {
      const input = encodeURIComponent(`{"limit":${number}}`)
      expect((await fetch(`${tintype.url}/trpc/photos.list?input=${input}`)).status).toBe(400)
    },
  )

  const forged = [
    '',
    'x',
    '0',
    '-1',
    'null',
    '__proto__',
    "' OR 1=1 --",
    '%00',
    'A'.repeat(100),
    'A'.repeat(101),
    5,
    {},
  ]
  test.each(forged)('B294: the cursor %j is refused', async (cursor) => {
    const { status, problem } = await query(tintype.url, 'photos.list', { cursor })
    expect([status, problem?.code]).toEqual([400, 'INVALID_REQUEST'])
  })

  test('B294, B295: photos that are added or deleted while pages are read do not move the others', async () => {
    const walked: string[] = []
    const gone = new Set<string>()
    const added = new Set<string>()
    const remove = async (id: string | undefined) => {
      if (id === undefined) return
      gone.add(id)
      expect((await mutate(tintype.url, 'photos.delete', { id })).status).toBe(200)
    }
    let cursor: string | null | undefined
    while (cursor !== null) {
      const page: Page = await list(tintype, { limit: 10, ...(cursor && { cursor }) })
      walked.push(...page.photos.map(({ id }) => id))
      cursor = page.nextCursor
      await remove(walked.at(-1)) // the row that the cursor was made from
      await remove(ids.filter((id) => !walked.includes(id) && !gone.has(id)).at(3))
      added.add((await uploadPhoto(tintype.url, image)).id)
    }
    expect(new Set(walked).size).toBe(walked.length)
    expect(walked.filter((id) => added.has(id))).toEqual([])
    const stayed = ids.filter((id) => !gone.has(id))
    expect(walked.filter((id) => !gone.has(id))).toEqual(stayed)
    expect(stayed.length).toBeGreaterThan(40)
  })
})

describe('tags and search', () => {
  let tintype: Tintype
  const uploaded = new Map<string, PhotoJson>()
  const words: Record<string, PhotoText> = {
    percent: { filename: 'p.png', title: '100% sure', tags: ['Pets', 'a%b'] },
    digits: { filename: 'd.png', title: '100 times sure', tags: ['pets', 'axb'] },
    underscore: { filename: 'snake_case.png', alt: 'under_score' },
    letters: { filename: 'snakeXcase.png', alt: 'underXscore' },
    backslash: { filename: 'b.png', title: 'back\\slash \\% \\_' },
    quotes: { filename: 'q.png', title: `'; DROP TABLE photos; --`, alt: `" OR "1"="1` },
    unicode: { filename: 'ünïcode-猫.png', title: 'Straße ÉCOLE', tags: ['été'] },
  }
  beforeAll(async () => {
    tintype = await startTintype()
    for (const [name, one] of Object.entries(words))
      uploaded.set(name, await uploadPhoto(tintype.url, image, one))
  })
  afterAll(() => tintype[Symbol.asyncDispose]())

  const found = async (input: object) => {
    const { photos } = await list(tintype, input)
    return photos.map(({ id }) => [...uploaded].find(([, photo]) => photo.id === id)?.[0]).sort()
  }

  test.each<[string, string[]]>([
    ['100%', ['percent']],
    ['100', ['digits', 'percent']],
    ['%', ['backslash', 'percent']],
    ['_', ['backslash', 'underscore']],
    ['r_s', ['underscore']],
    ['under', ['letters', 'underscore']],
    ['snake_', ['underscore']],
    ['\\', ['backslash']],
    ['\\%', ['backslash']],
    ["'", ['quotes']],
    ['DROP table', ['quotes']],
    ['" OR "', ['quotes']],
    ['PETS', ['digits', 'percent']],
    ['a%b', ['percent']],
    ['école', ['unicode']],
    ['猫', ['unicode']],
    ['*', []],
    ['NEAR("a" "b")', []],
    ['title:sure', []],
    ['[a-z]', []],
  ])('B057: %j is looked for as it is written', async (search, expected) => {
    expect(await found({ search })).toEqual(expected)
  })

  test('a tag matches only as a whole', async () => {
    expect(await found({ tag: 'a%b' })).toEqual(['percent'])
    expect(await found({ tag: 'été' })).toEqual(['unicode'])
    expect(await found({ tag: 'pet' })).toEqual([])
    expect(await found({ tag: '%' })).toEqual([])
    expect(await found({ tag: 'axb', search: '100' })).toEqual(['digits'])
    expect(await found({ tag: 'axb', search: '100%' })).toEqual([])
  })

  test('the next page of a search continues it', async () => {
    const first = await list(tintype, { search: 'png', limit: 4 })
    const rest = await list(tintype, { search: 'png', limit: 4, cursor: first.nextCursor })
    expect(rest.nextCursor).toBeNull()
    expect([...first.photos, ...rest.photos].map(({ id }) => id)).toEqual(
      [...uploaded.values()].map(({ id }) => id).reverse(),
    )
  })

  test.each([
    "Robert'); DELETE FROM photo_tags; --",
    '$1 :title ?1 @id {{7*7}} #{7*7}',
    '\\x00 \\u0000 %00 %0a &#0;',
    '<script>alert(1)</script><img src=x onerror=alert(1)>',
    '__proto__ constructor toString',
    '{"a": null} null undefined NaN 1e400',
    '=cmd|"/c calc"!A1',
    '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽',
    'שלום \u202eabc\u202c مرحبا',
    'e\u0301 a\u0308 (decomposed) \u00e9 \u00e4 (composed)',
    '𝕬𝖘𝖙𝖗𝖆𝖑 東京タワー ไทย',
    'first line\r\nsecond\tline',
  ])('B055, B200: %j is a text like any other', async (text) => {
    const { id } = await uploadPhoto(tintype.url, image, { title: text, alt: text })
    const tags = [text.slice(0, 60).toWellFormed(), 'naughty']
    expect((await mutate(tintype.url, 'photos.update', { id, tags })).data).toMatchObject({
      id,
      title: text,
      alt: text,
    })
    const { data } = await query<PhotoJson>(tintype.url, 'photos.get', { id })
    expect(data).toMatchObject({ title: text, alt: text, tags })
    expect((await list(tintype, { search: text })).photos.map((photo) => photo.id)).toEqual([id])
    expect((await list(tintype, { tag: tags[0] })).photos.map((photo) => photo.id)).toEqual([id])
    expect((await mutate(tintype.url, 'photos.delete', { id })).data).toEqual({ id })
  })
})
