import { makeImage } from '@tintype/imaging/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { query } from './support/call.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { uploadPhoto } from './support/upload.ts'
import type { PhotoJson } from './support/uploads.ts'

interface Page {
  readonly photos: PhotoJson[]
  readonly nextCursor: string | null
  readonly previousCursor: string | null
}

let tintype: Tintype
const ids: string[] = []
beforeAll(async () => {
  tintype = await startTintype()
  const image = await makeImage({ width: 16, height: 12, format: 'png' })
  for (const title of ['one', 'two', 'three', 'four', 'five'])
    ids.unshift((await uploadPhoto(tintype.url, image, { title })).id)
})
afterAll(() => tintype[Symbol.asyncDispose]())

async function list(input: object): Promise<Page> {
  const { data, problem } = await query<Page>(tintype.url, 'photos.list', input)
  if (!data) throw new Error(`the page was refused: ${JSON.stringify(problem)}`)
  return data
}
const idsOf = ({ photos }: Page) => photos.map(({ id }) => id)

test.each(['uploaded', 'taken'])(
  'a list by %s begins with a photo, and goes on in both directions',
  async (sort) => {
    const page = await list({ limit: 2, sort, around: ids[2] })
    expect(idsOf(page)).toEqual(ids.slice(2, 4))
    const next = await list({ limit: 2, sort, around: ids[2], cursor: page.nextCursor, direction: 'forward' })
    expect([idsOf(next), next.nextCursor]).toEqual([ids.slice(4), null])
    const previous = await list({
      limit: 9,
      sort,
      around: ids[2],
      cursor: page.previousCursor,
      direction: 'backward',
    })
    expect([idsOf(previous), previous.previousCursor]).toEqual([ids.slice(0, 2), null])
    expect((await list({ limit: 2, sort })).previousCursor).toBeNull()
  },
)

test.each([
  [{ direction: 'backward' }, 'INVALID_REQUEST'],
  [{ direction: 'backward', cursor: null }, 'INVALID_REQUEST'],
  [{ direction: 'sideways' }, 'INVALID_REQUEST'],
  [{ sort: 'taken', search: 'one' }, 'INVALID_REQUEST'],
  [{ sort: 'size' }, 'INVALID_REQUEST'],
  [{ around: 'x' }, 'INVALID_REQUEST'],
  [{ around: '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4' }, 'PHOTO_NOT_FOUND'],
])('photos.list refuses %j with %s', async (input, code) => {
  expect((await query(tintype.url, 'photos.list', input)).problem?.code).toBe(code)
})
