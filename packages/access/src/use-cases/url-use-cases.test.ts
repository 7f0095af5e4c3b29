import { describe, expect, test } from 'vitest'
import { verifyMediaUrl } from '../signing/signed-url.ts'
import { openAccess, photos, requesterWith, unknownId } from '../testing/open-access.ts'

const operator = requesterWith(['admin'])
const alice = requesterWith(['manage'], { owner: 'alice' })
const bob = requesterWith(['manage'], { owner: 'bob' })
const { open, ofAlice } = photos
const notFound = { code: 'PHOTO_NOT_FOUND' }

async function openUrls() {
  const access = await openAccess('memory')
  return {
    sign: access.urls.sign,
    verify: (path: string, query = '') =>
      verifyMediaUrl(path, query, {
        signer: access.signer,
        maxLifeSeconds: 604_800,
        nowMs: access.clock.nowMs,
      }),
    [Symbol.asyncDispose]: access[Symbol.asyncDispose],
  }
}

describe('signed URLs', () => {
  test('of a photo cover its original and every rendition, for an hour', async () => {
    await using urls = await openUrls()
    const [signed, ...others] = await urls.sign({ photoId: ofAlice.id }, alice)
    expect(others).toEqual([])
    expect(signed?.url).toBe(`https://photos.example/base/media/${ofAlice.id}.png?${signed?.query}`)
    for (const path of [`/media/${ofAlice.id}.png`, `/media/${ofAlice.id}/w640.webp`]) {
      const { isDownload, secondsLeft } = urls.verify(path, signed?.query)
      expect(isDownload).toBe(false)
      expect(secondsLeft).toBeGreaterThanOrEqual(3600)
      expect(secondsLeft).toBeLessThanOrEqual(4500)
    }
    expect(Date.parse(signed?.expiresAt ?? '') / 1000).toBe(
      Number(new URLSearchParams(signed?.query).get('e')),
    )
  })

  test('of renditions start with the thumbnail, and do not cover the original', async () => {
    await using urls = await openUrls()
    const [signed] = await urls.sign({ photoId: open.id, covers: 'renditions', download: true }, operator)
    expect(signed?.url).toContain(`/media/${open.id}/thumb.webp?d=1&p=r&`)
    expect(() => urls.verify(`/media/${open.id}.jpg`, signed?.query)).toThrow(
      expect.objectContaining({ code: 'INVALID_SIGNATURE' }),
    )
  })

  test('of paths are one each, in their order', async () => {
    await using urls = await openUrls()
    const paths = [`/media/${open.id}/400x300-cover-q70.webp`, `/media/${ofAlice.id}.png`]
    const signed = await urls.sign({ paths, expiresInSeconds: 60 }, operator)
    expect(signed).toHaveLength(2)
    for (const [at, path] of paths.entries()) expect(urls.verify(path, signed[at]?.query)).toBeDefined()
    expect(() => urls.verify(paths[0] ?? '', signed[1]?.query)).toThrow()
  })

  test('B226: are made for photos that the caller sees, all or none', async () => {
    await using urls = await openUrls()
    for (const photoId of [ofAlice.id, unknownId])
      await expect(urls.sign({ photoId }, bob)).rejects.toMatchObject(notFound)
    const paths = [`/media/${ofAlice.id}.png`, `/media/${unknownId}.png`]
    await expect(urls.sign({ paths }, alice)).rejects.toMatchObject(notFound)
    await expect(urls.sign({ paths }, bob)).rejects.toMatchObject(notFound)
  })

  test('have no end only if the photo is public', async () => {
    await using urls = await openUrls()
    const [signed] = await urls.sign({ photoId: open.id, expiresInSeconds: 'never' }, operator)
    expect(signed).toMatchObject({ expiresAt: null, query: expect.stringContaining('e=0&') })
    await expect(
      urls.sign({ photoId: ofAlice.id, expiresInSeconds: 'never' }, operator),
    ).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  })

  test.each([
    '/media/other.png',
    '/photos',
    `/media/${open.id}.jpg?x=1`,
    `//media/${open.id}.jpg`,
    `/base/media/${open.id}.jpg`,
  ])('B215: are not made for %s', async (path) => {
    await using urls = await openUrls()
    await expect(urls.sign({ paths: [path] }, operator)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  })

  test('do not live longer than the server allows', async () => {
    await using urls = await openUrls()
    await expect(urls.sign({ photoId: open.id, expiresInSeconds: 604_801 }, operator)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      facts: { limit: 604_800 },
    })
  })
})
