// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makePhoto, placeholders } from '../testing/make-photo.ts'
import { hydrate, renderOnServer } from '../testing/render.tsx'
import { Photo, type PhotoProps } from './photo.tsx'
import { placeholderUrl } from './placeholder-url.ts'

const photo = makePhoto(1, { alt: 'A cat' })

/** Everything that React complains about, unknown attributes and differences from the server included. */
const complaints: unknown[] = []
beforeEach(() => {
  for (const kind of ['error', 'warn'] as const)
    vi.spyOn(console, kind).mockImplementation((...text) => complaints.push(text))
})
afterEach(() => {
  vi.restoreAllMocks()
  expect(complaints.splice(0)).toEqual([])
})

/** The elements that a server renders, after a browser continued them without changing anything. */
async function show(props: Partial<PhotoProps> = {}) {
  const html = renderOnServer(<Photo photo={photo} {...props} />)
  using page = await hydrate(html, <Photo photo={photo} {...props} />)
  expect(page.container.innerHTML).toBe(page.html)
  const image = page.container.querySelector('img')
  if (!image) throw new Error('there is no image')
  return { html, image, sources: [...page.container.querySelectorAll('picture > source')] }
}

test('an image has a size, a text, and renditions to choose from', async () => {
  const { image, sources } = await show({ sizes: '50vw' })
  expect(image.getAttribute('width')).toBe('1600')
  expect(image.getAttribute('height')).toBe('1000')
  expect(image.getAttribute('alt')).toBe('A cat')
  expect(image.getAttribute('loading')).toBe('lazy')
  expect(image.getAttribute('sizes')).toBe('50vw')
  expect(image.getAttribute('src')).toBe(`/media/${photo.id}/w960.webp`)
  expect(image.getAttribute('srcset')).toMatch(/w160\.webp 160w, .*w1920\.webp 1600w$/)
  expect(sources).toEqual([])
})

test('src follows what it depends on, because Safari begins to load at once', async () => {
  const { html } = await show({ className: 'large', formats: ['avif', 'jpg'], sizes: '50vw' })
  expect(html).toMatch(/<img [^>]*loading=[^>]* sizes=[^>]* srcset=[^>]* src=/i)
})

test('widths limit the renditions', async () => {
  const { image } = await show({ widths: [300, 640] })
  const path = `/media/${photo.id}`
  expect(image.getAttribute('srcset')).toBe(`${path}/w320.webp 320w, ${path}/w640.webp 640w`)
  expect(image.getAttribute('src')).toBe(`${path}/w640.webp`)
})

test('two formats make a picture, with the last one for every browser', async () => {
  const { image, sources } = await show({ formats: ['avif', 'jpg'], sizes: '10rem', widths: [640] })
  expect(sources.map((one) => one.getAttribute('type'))).toEqual(['image/avif'])
  expect(sources[0]?.getAttribute('srcset')).toMatch(/w640\.avif 640w$/)
  expect(sources[0]?.getAttribute('sizes')).toBe('10rem')
  expect(image.getAttribute('src')).toMatch(/w640\.jpg$/)
})

test('an urgent image is loaded at once', async () => {
  const { image } = await show({ priority: true })
  expect(image.getAttribute('loading')).toBe('eager')
  expect(image.getAttribute('fetchpriority')).toBe('high')
})

test('the placeholder is a blurred preview, a colour, or nothing', async () => {
  expect((await show()).html).toContain(`background-image:url(${placeholderUrl(photo)})`)
  expect((await show({ placeholder: 'color' })).html).toMatch(
    /style="background-color:rgb\(\d+, ?\d+, ?\d+\);?"/,
  )
  expect((await show({ placeholder: 'none' })).html).not.toContain('style')
})

test('nothing is drawn behind transparency, nor for a photo without a placeholder', async () => {
  for (const placeholder of [placeholders.transparent, ''])
    expect((await show({ photo: { ...photo, placeholder } })).html).not.toContain('style')
})

test('properties of an img are added, and replace ours', async () => {
  const { image } = await show({
    alt: '',
    className: 'tile',
    style: { opacity: 1 },
    id: 'cat',
    loading: 'eager',
  })
  expect(image.getAttribute('alt')).toBe('')
  expect([image.id, image.className, image.style.opacity]).toEqual(['cat', 'tile', '1'])
  expect(image.style.backgroundSize).toBe('cover')
  expect(image.getAttribute('loading')).toBe('eager')
  expect(image.hasAttribute('photo')).toBe(false)
})

test('without a text of its own, the image has the title of the photo, or is without meaning', async () => {
  expect((await show({ photo: makePhoto(1, { title: 'Cat' }) })).image.alt).toBe('Cat')
  expect((await show({ photo: makePhoto(1) })).image.getAttribute('alt')).toBe('')
})

test('B248 a signed photo has renditions with a signature that does not open the original', async () => {
  const signature = '&e=1790000000&k=a&s=x'
  const signed = { ...photo, url: `${photo.url}?p=a${signature}` }
  const thumbnail = { ...photo.thumbnail, url: `${photo.thumbnail.url}?p=r${signature}` }
  const { html, image } = await show({ photo: { ...signed, thumbnail }, formats: ['avif', 'webp'] })
  expect(image.getAttribute('src')).toBe(`/media/${photo.id}/w960.webp?p=r${signature}`)
  expect(html).not.toContain('p=a')
  const withoutThumbnail = { ...signed, thumbnail: undefined }
  expect((await show({ photo: withoutThumbnail })).image.getAttribute('src')).toContain(`?p=a${signature}`)
})
