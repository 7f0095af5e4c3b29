import { join } from 'node:path'
import {
  canaries,
  cornerColours,
  cornerDistance,
  decodePixels,
  makeGpsJpeg,
  makeImage,
  makeQuadrants,
  quadrantColours,
} from '@tintype/imaging/testing'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { targetAt, urlAt } from './support/base-path.ts'
import { mutate, query } from './support/call.ts'
import { startTintype, type Tintype } from './support/start-tintype.ts'
import { readMedia, uploadPhoto } from './support/upload.ts'
import { ask, expectProblem, type PhotoJson } from './support/uploads.ts'
import { watchFilesBelow } from './support/watch-files.ts'

interface RenditionJson {
  readonly url: string
  readonly width: number
  readonly height: number
  readonly byteSize: number
  readonly format: string
}

const formats = ['webp', 'jpg', 'png', 'avif'] as const
const decoders = { webp: 'webp', jpg: 'jpeg', png: 'png', avif: 'heif' } as const
const unknownId = '0193f6a2-7c1e-7b3a-9d2e-5f60718293a4'

let tintype: Tintype
let photo: PhotoJson
beforeAll(async () => {
  tintype = await startTintype()
  photo = await uploadPhoto(tintype.url, await makeImage({ width: 800, height: 600, format: 'jpeg' }))
})
afterAll(() => tintype[Symbol.asyncDispose]())

/** Creates a rendition that must succeed. */
async function create(input: object): Promise<RenditionJson> {
  const { data, problem } = await mutate<RenditionJson>(tintype.url, 'thumbnails.create', input)
  if (!data) throw new Error(`the rendition was refused: ${JSON.stringify(problem)}`)
  return data
}

async function list(photoId: string): Promise<RenditionJson[]> {
  return (await query<RenditionJson[]>(tintype.url, 'thumbnails.list', { photoId })).data ?? []
}

describe('thumbnails.create', () => {
  test('without options it is the thumbnail that every photo has', async () => {
    const { data } = await mutate<RenditionJson>(tintype.url, 'thumbnails.create', { photoId: photo.id })
    expect(data).toMatchObject({ ...photo.thumbnail, format: 'webp', width: 300, height: 225 })
    const bytes = await readMedia(tintype.url, photo.thumbnail.url)
    expect(bytes.length).toBe(data?.byteSize)
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 300, height: 225 })
  })

  const sizes: [string, object, number, number][] = [
    ['inside', { width: 200, height: 200, fit: 'inside' }, 200, 150],
    ['cover', { width: 200, height: 100, fit: 'cover' }, 200, 100],
    ['contain', { width: 200, height: 200, fit: 'contain' }, 200, 200],
    ['fill', { width: 123, height: 45, fit: 'fill' }, 123, 45],
    ['a width', { width: 210 }, 210, 158],
    ['a height', { height: 210 }, 280, 210],
    ['a rung', { width: 320 }, 320, 240],
    ['a quality', { width: 100, quality: 10 }, 100, 75],
    ['one pixel', { width: 1, height: 1, fit: 'cover' }, 1, 1],
  ]
  describe.each(formats)('%s', (format) => {
    test.each(sizes)('B140, B141: %s', async (_name, choice, width, height) => {
      const made = await create({ photoId: photo.id, format, ...choice })
      expect(made).toMatchObject({ width, height, format })
      const media = targetAt(tintype.url, `/media/${photo.id}`)
      expect(made.url).toMatch(new RegExp(`^${media}/[a-z0-9-]+\\.${format}$`))
      const bytes = await readMedia(tintype.url, made.url)
      expect(bytes.length).toBe(made.byteSize)
      expect(await sharp(bytes).metadata()).toMatchObject({ format: decoders[format], width, height })
    })
  })

  test.each([
    { width: 4096, height: 4096, fit: 'inside' },
    { width: 4096, height: 4096, fit: 'cover' },
    { width: 4096, height: 4096, fit: 'fill' },
    { width: 3840 },
    { height: 801 },
  ])('B140: never larger than its original: %j', async (choice) => {
    const made = await create({ photoId: photo.id, ...choice })
    expect(made.width).toBeLessThanOrEqual(800)
    expect(made.height).toBeLessThanOrEqual(600)
    expect(await sharp(await readMedia(tintype.url, made.url)).metadata()).toMatchObject({
      width: made.width,
      height: made.height,
    })
  })

  test('B140: contain pads to its box, and does not enlarge the image', async () => {
    const made = await create({ photoId: photo.id, width: 1000, height: 900, fit: 'contain', format: 'png' })
    expect(made).toMatchObject({ width: 1000, height: 900 })
    const { data } = await decodePixels(await readMedia(tintype.url, made.url))
    expect(data.filter((value, at) => at % 4 === 3 && value > 0)).toHaveLength(800 * 600)
  })

  test.each([
    [1, 3000],
    [3000, 1],
  ])('B141: %i × %i keeps a pixel of its short side', async (width, height) => {
    const thin = await uploadPhoto(tintype.url, await makeImage({ width, height, format: 'png' }))
    expect(Math.min(thin.thumbnail.width, thin.thumbnail.height)).toBe(1)
    expect(Math.max(thin.thumbnail.width, thin.thumbnail.height)).toBe(300)
    const made = await create({ photoId: thin.id, width: 100, height: 100 })
    expect([made.width, made.height].sort((a, b) => a - b)).toEqual([1, 100])
  })

  test('B142: the same request gets the same URL and the same bytes, also for another photo with the same bytes', async () => {
    const image = await makeImage({ width: 500, height: 400, format: 'png', alpha: true })
    const [one, other] = [await uploadPhoto(tintype.url, image), await uploadPhoto(tintype.url, image)]
    for (const format of formats) {
      const choice = { width: 333, height: 222, fit: 'cover', format, quality: 70 }
      const first = await create({ photoId: one.id, ...choice })
      expect(await create({ ...choice, photoId: one.id })).toEqual(first)
      const twin = await create({ photoId: other.id, ...choice })
      const bytes = await readMedia(tintype.url, first.url)
      expect((await readMedia(tintype.url, twin.url)).equals(bytes)).toBe(true)
    }
    expect(await list(one.id)).toHaveLength(formats.length + 1)
  })

  test('the size of a preset gives the preset', async () => {
    const square = await create({ photoId: photo.id, width: 300, height: 300, fit: 'cover', format: 'webp' })
    expect(square.url).toBe(targetAt(tintype.url, `/media/${photo.id}/square.webp`))
    const thumb = await create({ photoId: photo.id, width: 300, height: 300 })
    expect(thumb.url).toBe(photo.thumbnail.url)
  })

  const refused = [0, -1, 1.5, 4097, 1e9, '100', null, [1], {}, true].flatMap((side) => [
    { width: side },
    { height: side },
  ])
  const odd = [
    { fit: 'stretch' },
    { format: 'gif' },
    { format: 'svg' },
    { quality: 0 },
    { quality: 101 },
    { blur: 3 },
  ]
  test.each([...refused, ...odd])('B296, B301: %j is refused', async (choice) => {
    const { status, problem } = await mutate(tintype.url, 'thumbnails.create', {
      photoId: photo.id,
      ...choice,
    })
    expect([status, problem?.code]).toEqual([400, 'INVALID_REQUEST'])
    expect(problem?.detail).toContain(Object.keys(choice)[0])
  })

  test('B300: a photo that does not exist has no thumbnail', async () => {
    for (const name of ['thumbnails.create', 'thumbnails.list'] as const) {
      const call = name === 'thumbnails.create' ? mutate : query
      const { status, problem } = await call(tintype.url, name, { photoId: unknownId })
      expect([status, problem?.code]).toEqual([404, 'PHOTO_NOT_FOUND'])
    }
  })
})

describe('by URL', () => {
  test('presets and widths are made on request, and listed from then on', async () => {
    const fresh = await uploadPhoto(tintype.url, await makeImage({ width: 400, height: 300, format: 'webp' }))
    await readMedia(tintype.url, fresh.thumbnail.url)
    expect((await list(fresh.id)).map(({ url }) => url)).toEqual([fresh.thumbnail.url])
    for (const name of ['square.jpg', 'preview.png', 'w160.avif', 'w3840.webp']) {
      await readMedia(tintype.url, `/media/${fresh.id}/${name}`)
    }
    const urls = (await list(fresh.id)).map(({ url }) => url.slice(url.lastIndexOf('/') + 1))
    expect(urls.sort()).toEqual(['preview.png', 'square.jpg', 'thumb.webp', 'w160.avif', 'w3840.webp'])
  })

  test('B297: an invalid name has no rendition, and a custom size has one only after it was created', async () => {
    const names = [
      'w641.webp',
      'w0.webp',
      'huge.webp',
      '300x300-inside.webp',
      '0x5-fill.png',
      '5000x5-fill.png',
      'w160-q5.jpg',
      'thumb.gif',
      'x.html',
    ]
    for (const name of [...names, '77x-inside.webp']) {
      expectProblem(await ask(tintype, `/media/${photo.id}/${name}`), 404, 'RENDITION_NOT_FOUND')
    }
    const { url } = await create({ photoId: photo.id, width: 77 })
    expect(url).toBe(targetAt(tintype.url, `/media/${photo.id}/77x-inside.webp`))
    await readMedia(tintype.url, url)
    expectProblem(await ask(tintype, url.replace('webp', 'avif')), 404, 'RENDITION_NOT_FOUND')
    expectProblem(await ask(tintype, `/media/${unknownId}/thumb.webp`), 404, 'PHOTO_NOT_FOUND')
  })

  test('B298: many concurrent requests make it once', async () => {
    const fresh = await uploadPhoto(
      tintype.url,
      await makeImage({ width: 2000, height: 1500, format: 'jpeg' }),
    )
    await readMedia(tintype.url, fresh.thumbnail.url)
    await using written = await watchFilesBelow(join(tintype.dataDirectory, 'staging'))
    const url = `/media/${fresh.id}/w960.webp`
    const bodies = await Promise.all(Array.from({ length: 100 }, () => readMedia(tintype.url, url)))
    expect(bodies.every((body) => body.equals(bodies[0] ?? Buffer.of()))).toBe(true)
    expect(await list(fresh.id)).toHaveLength(2)
    expect(await written.names()).toHaveLength(1)
  })

  test('B298: a client that leaves does not affect those that wait', async () => {
    const fresh = await uploadPhoto(
      tintype.url,
      await makeImage({ width: 2000, height: 1500, format: 'jpeg' }),
    )
    const url = `/media/${fresh.id}/w1280.webp`
    const leaving = new AbortController()
    const left = fetch(urlAt(tintype.url, url), { signal: leaving.signal })
    const staying = Array.from({ length: 5 }, () => readMedia(tintype.url, url))
    leaving.abort()
    await expect(left).rejects.toThrow()
    const sizes = (await Promise.all(staying)).map((bytes) => bytes.length)
    expect(new Set(sizes).size).toBe(1)
  })

  test('B297: a photo has at most 64 renditions of custom sizes; presets and widths do not count', async () => {
    const fresh = await uploadPhoto(tintype.url, await makeImage({ width: 100, height: 100, format: 'png' }))
    const inputs = Array.from({ length: 70 }, (_, at) => ({ photoId: fresh.id, width: at + 1 }))
    const answers = await Promise.all(inputs.map((input) => mutate(tintype.url, 'thumbnails.create', input)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(64)
    for (const { status, problem } of answers.filter((answer) => answer.status !== 200)) {
      expect([status, problem?.code, problem?.limit]).toEqual([400, 'INVALID_REQUEST', 64])
    }
    const at = answers.findIndex(({ status }) => status === 200)
    await create(inputs[at] ?? {})
    await create({ photoId: fresh.id, width: 160 })
    await readMedia(tintype.url, `/media/${fresh.id}/preview.jpg`)
  })
})

describe('what is in it', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'B132: orientation %i is upright in every format',
    async (orientation) => {
      const image = await makeQuadrants({ width: 320, height: 240, format: 'jpeg', orientation })
      const turned = await uploadPhoto(tintype.url, image)
      expect([turned.width, turned.height]).toEqual([320, 240])
      expect(turned.thumbnail).toMatchObject({ width: 300, height: 225 })
      const urls = formats.flatMap((format) => [`w160.${format}`, `thumb.${format}`, `square.${format}`])
      for (const name of urls) {
        const bytes = await readMedia(tintype.url, `/media/${turned.id}/${name}`)
        expect(cornerDistance(await cornerColours(bytes), quadrantColours), name).toBeLessThan(24)
        expect((await sharp(bytes).metadata()).orientation ?? 1).toBe(1)
      }
    },
  )

  test('B151, B152: no metadata of the original, in any format', async () => {
    const tagged = await makeGpsJpeg()
    for (const canary of canaries) expect(Buffer.from(tagged).includes(canary)).toBe(true)
    const { id } = await uploadPhoto(tintype.url, tagged)
    for (const format of formats) {
      for (const name of ['thumb', 'square', 'preview', 'w160', 'w3840']) {
        const bytes = await readMedia(tintype.url, `/media/${id}/${name}.${format}`)
        for (const canary of canaries) expect(bytes.includes(canary), `${name}.${format}`).toBe(false)
        const { exif, xmp, iptc, icc } = await sharp(bytes).metadata()
        expect([exif, xmp, iptc, icc]).toEqual([undefined, undefined, undefined, undefined])
      }
    }
  })

  test('B136: colours of a wider space are converted, not relabelled', async () => {
    const wide = await makeImage({ width: 200, height: 200, format: 'jpeg', colours: 'p3' })
    const { id } = await uploadPhoto(tintype.url, wide)
    const { data: expected } = await decodePixels(wide)
    const { data: shown } = await decodePixels(await readMedia(tintype.url, `/media/${id}/w3840.png`))
    const differences = expected.map((value, at) => Math.abs(value - (shown[at] ?? 0)))
    expect(differences.reduce((sum, one) => sum + one, 0) / differences.length).toBeLessThan(2)
  })
})
