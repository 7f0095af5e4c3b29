import { readFile } from 'node:fs/promises'
import { makeImage } from '@tintype/imaging/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations } from '../support/axe-violations.ts'
import { listPhotos } from '../support/list-photos.ts'
import { openBrowser } from '../support/open-browser.ts'
import { openGallery } from '../support/open-gallery.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { uploadPhoto } from '../support/upload.ts'
import { waiting } from '../support/uploads.ts'

const adminKey = 'the-key-of-the-tests-of-links-32-or-more'
const env = {
  TINTYPE_ACCESS: 'closed',
  TINTYPE_ADMIN_KEY: adminKey,
  TINTYPE_DEFAULT_VISIBILITY: 'private',
  TINTYPE_SIGNED_URL_MAX_AGE: '2s',
}

test('renews the links of private photos that have ended, before they are used', async () => {
  await using shortLived = await startTintype({ env })
  await using browser = await openBrowser()
  const { page } = await openGallery(browser, 'about:blank', {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'image/png' }
  for (const name of ['three', 'two', 'one']) {
    const body = new Uint8Array(await makeImage({ width: 90 + name.length, height: 60, format: 'png' }))
    const query = new URLSearchParams({ filename: `${name}.png` })
    await fetch(`${shortLived.url}/photos?${query}`, { method: 'POST', body, headers })
  }
  const open = async (search = '') => {
    await page.goto(shortLived.url + search)
    await page.getByLabel('Key', { exact: true }).fill(adminKey)
    await page.getByRole('button', { name: 'Use key' }).click()
  }
  const absolute = (url: string | null) => new URL(url ?? '', shortLived.url).href
  const linkOf = (at: number) => page.locator('.tile').nth(at)
  const addressOf = async (at: number) => absolute(await linkOf(at).getAttribute('href'))
  const endOf = (url = '') => Number(new URL(url).searchParams.get('e'))
  const isLater = (url: string, than: string | undefined) => endOf(url) > endOf(than)
  const statusOf = async (url: string) => (await fetch(url)).status

  // the image of the first photo is requested now, and answered when its link has ended
  const released = Promise.withResolvers<void>()
  await page.route(/\/media\//, (route) => released.promise.then(() => route.continue()))
  await open()
  await page.evaluate(() => Reflect.deleteProperty(window, 'showSaveFilePicker'))
  await linkOf(2).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Home')
  await page.keyboard.press('Space')
  await page.getByText('2 selected').waitFor()
  const early = await Promise.all([0, 1, 2].map(addressOf))
  for (const address of early) await expect.poll(() => statusOf(address), waiting).toBe(403)
  released.resolve()
  const isShown = () =>
    linkOf(1)
      .getByRole('img')
      .evaluate((one) => (one as HTMLImageElement).naturalWidth > 0)
  await expect.poll(() => isShown().catch(() => false), waiting).toBe(true)

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  const zip = await readFile(await (await download).path())
  expect([zip.includes('one.png'), zip.includes('two.png'), zip.includes('three.png')]).toEqual([
    true,
    false,
    true,
  ])
  await page.keyboard.press('Escape')

  const ended = await Promise.all([0, 1, 2].map(addressOf))
  for (const address of ended) await expect.poll(() => statusOf(address), waiting).toBe(403)
  await linkOf(2).hover()
  await linkOf(1).focus()
  for (const at of [1, 2])
    await expect.poll(async () => isLater(await addressOf(at), ended[at]), waiting).toBe(true)

  await linkOf(0).click()
  // the open one, and the two after it
  const shown = () =>
    page.locator('.pswp__img').evaluateAll((all) => all.map((one) => (one as HTMLImageElement).currentSrc))
  await expect
    .poll(async () => (await shown()).filter((url) => url !== '' && isLater(url, early[0])).length, waiting)
    .toBeGreaterThanOrEqual(2)
  await page.getByRole('button', { name: 'Copy' }).click()
  await page.getByRole('menuitem', { name: 'Link', exact: true }).click()
  await page.locator('.toast', { hasText: 'Copied' }).waitFor()
  expect(isLater(await page.evaluate(() => navigator.clipboard.readText()), early[0])).toBe(true)

  // a photo that the list does not have
  await open(`/?tag=none&photo=${early[1]?.match(/media\/([\w-]+)/)?.[1]}`)
  await page.getByRole('dialog', { name: 'two.png' }).getByRole('button', { name: 'Download' }).click()
  const original = page.getByRole('menuitem', { name: 'Original' })
  const first = absolute(await original.getAttribute('href'))
  await expect.poll(() => statusOf(first), waiting).toBe(403)
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await expect.poll(async () => absolute(await original.getAttribute('href')), waiting).not.toBe(first)
})

describe('what the lightbox copies and downloads', () => {
  let browser: Browser
  let tintype: Tintype
  beforeAll(async () => {
    browser = await openBrowser()
    tintype = await startTintype()
    const picture = await makeImage({ width: 901, height: 600, format: 'jpeg' })
    await uploadPhoto(tintype.url, picture, { filename: 'photo 1.jpg' })
  })
  afterAll(async () => {
    await browser.close()
    await tintype[Symbol.asyncDispose]()
  })

  async function openPhoto(name: string, options = {}) {
    const opened = await openGallery(browser, tintype.url, options)
    await opened.page.getByRole('img', { name }).click()
    await opened.page.getByRole('dialog', { name, exact: true }).waitFor()
    return opened
  }

  test('copies links without metadata, and the link to the original only after a question', async () => {
    const { page } = await openPhoto('photo 1.jpg', { permissions: ['clipboard-read', 'clipboard-write'] })
    const [photo] = await listPhotos(tintype)
    const copied = () => page.evaluate(() => navigator.clipboard.readText())
    const copy = async (name: string) => {
      await page.getByRole('button', { name: 'Copy' }).click()
      await page.getByRole('menuitem', { name, exact: true }).click()
    }
    await copy('Link')
    await page.locator('.toast', { hasText: 'Copied' }).waitFor()
    expect(await copied()).toBe(`${tintype.url}/media/${photo?.id}/w1920.jpg`)
    expect((await fetch(await copied())).headers.get('content-type')).toBe('image/jpeg')
    await copy('Markdown')
    await expect.poll(copied, waiting).toBe(`![photo 1.jpg](${tintype.url}/media/${photo?.id}/w1920.jpg)`)
    await copy('Link to the thumbnail')
    await expect.poll(copied, waiting).toBe(`${tintype.url}${photo?.thumbnail.url}`)
    await copy('HTML picture')
    await expect.poll(copied, waiting).toMatch(/^<picture>/)
    expect(await copied()).toContain('/w960.webp 901w" sizes="100vw">')
    expect(await copied()).toContain('/w1920.jpg" width="901" height="600" alt="photo 1.jpg" loading="lazy">')
    await copy('curl')
    await expect.poll(copied, waiting).toMatch(/^curl -o 'photo 1\.jpg' 'http.*\/w1920\.jpg'$/)
    await copy('SDK')
    await expect
      .poll(copied, waiting)
      .toMatch(/^tintype\.mediaUrl\(photo, \{ width: 1920, format: 'jpg' \}\)/)
    await copy('Link to the original…')
    await page.getByText('It can tell when, where').waitFor()
    expect(await copied()).toMatch(/^tintype/)
    await page.getByRole('button', { name: 'Copy link' }).click()
    await expect.poll(copied, waiting).toBe(`${tintype.url}${photo?.url}`)
    await page.context().close()
  })

  test('without a clipboard shows the text to copy, selected; downloads with and without metadata', async () => {
    const { page, complaints } = await openPhoto('photo 1.jpg')
    // browsers have none on plain HTTP
    await page.evaluate(() => Reflect.deleteProperty(Navigator.prototype, 'clipboard'))
    await page.keyboard.press('c')
    await page.getByRole('menuitem', { name: 'Link', exact: true }).click()
    const field = page.getByLabel('Copy this text:')
    const selected = () => field.evaluate(() => getSelection()?.toString())
    await expect.poll(selected, waiting).toMatch(/\/w1920\.jpg$/)
    expect(await axeViolations(page)).toEqual([])
    await page.locator('.toast').getByRole('button', { name: 'Close' }).click()
    for (const name of ['Original', 'Without metadata']) {
      await page.keyboard.press('d')
      const download = page.waitForEvent('download')
      await page.getByRole('menuitem', { name }).click()
      expect((await download).suggestedFilename()).toBe('photo 1.jpg')
    }
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
