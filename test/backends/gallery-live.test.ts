import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeImage } from '@tintype/imaging/testing'
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations } from '../support/axe-violations.ts'
import { mutate } from '../support/call.ts'
import { openBrowser } from '../support/open-browser.ts'
import { openGallery } from '../support/open-gallery.ts'
import { startTintype } from '../support/start-tintype.ts'
import { uploadPhoto } from '../support/upload.ts'
import { waiting } from '../support/uploads.ts'

describe('the gallery shows what happens elsewhere, in a real browser', () => {
  let browser: Browser
  let picture: Uint8Array
  beforeAll(async () => {
    browser = await openBrowser()
    picture = await makeImage({ width: 90, height: 60, format: 'png' })
  })
  afterAll(() => browser.close())

  const photo = (page: Page, name: string) => page.getByRole('img', { name: new RegExp(`^${name}\\b`) })
  const upload = (url: string, name: string) => uploadPhoto(url, picture, { filename: `${name}.png` })
  /** The pages that have opened a stream, in order. */
  function streamsOf(context: BrowserContext): Page[] {
    const pages: Page[] = []
    context.on('request', (request) => {
      if (request.url().includes('/trpc/photos.onChange')) pages.push(request.frame().page())
    })
    return pages
  }

  test('a photo of another program, its changes and its deletion appear at once, in every tab', async () => {
    await using tintype = await startTintype()
    const { page, layoutShift, complaints } = await openGallery(browser, tintype.url)
    const streams = streamsOf(page.context())
    await page.reload()
    await page.getByText('There are no photos yet').waitFor()
    const other = await page.context().newPage()
    await other.goto(tintype.url)
    await other.getByText('There are no photos yet').waitFor()
    const { id } = await upload(tintype.url, 'one')
    for (const tab of [page, other]) await photo(tab, 'one').waitFor()
    await mutate(tintype.url, 'photos.update', { id, alt: 'A cat' })
    for (const tab of [page, other]) await photo(tab, 'A cat').waitFor()
    // The page had perhaps not opened the stream of its first load when it was noted.
    const pages = () => [...new Set(streams)]
    expect(pages()).toEqual([page])
    expect([await layoutShift(), complaints]).toEqual([0, []])

    await page.close()
    await expect.poll(pages, waiting).toEqual([page, other])
    await mutate(tintype.url, 'photos.delete', { id })
    await other.getByText('There are no photos yet').waitFor()
    await other.context().close()
  })

  test('the focus stays at its photo; new photos wait while the page is scrolled, and nothing looked at moves', async () => {
    await using tintype = await startTintype()
    const ids: string[] = []
    for (let at = 1; at <= 29; at++) ids.push((await upload(tintype.url, `photo ${at}`)).id)
    const { page, layoutShift, complaints } = await openGallery(browser, tintype.url, {
      viewport: { width: 320, height: 480 },
    })
    await photo(page, 'photo 29').waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.querySelector('img')?.alt)
    await page.getByRole('link', { name: /^photo 28\b/ }).focus()
    // what has the focus is gone, then the first photo of its row is, then another one precedes it
    await mutate(tintype.url, 'photos.delete', { id: ids[27] })
    await expect.poll(focused, waiting).toMatch(/^photo 27\b/)
    await mutate(tintype.url, 'photos.delete', { id: ids[28] })
    await photo(page, 'photo 29').waitFor({ state: 'detached' })
    await expect.poll(focused, waiting).toMatch(/^photo 27\b/)
    await upload(tintype.url, 'photo 30')
    await photo(page, 'photo 30').waitFor()
    await expect.poll(focused, waiting).toMatch(/^photo 27\b/)
    await page.mouse.move(100, 300)
    await page.mouse.wheel(0, 300)
    await expect.poll(() => page.evaluate(() => scrollY), waiting).toBe(300)
    for (const name of ['new 1', 'new 2', 'new 3']) await upload(tintype.url, name)
    const pill = page.getByRole('button', { name: '3 new photos' })
    await pill.waitFor()
    expect(await page.evaluate(() => scrollY)).toBe(300)
    expect(await axeViolations(page)).toEqual([])
    await pill.press('Enter')
    await photo(page, 'new 3').waitFor()
    await expect.poll(focused, waiting).toMatch(/^new 3/)
    expect([await pill.count(), await page.evaluate(() => scrollY)]).toEqual([0, 0])
    expect([await layoutShift(), complaints]).toEqual([0, []])
    await page.context().close()
  })

  test('nothing that changes before and after a restart of the server is missed', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-away-'))
    const dataDirectory = directory.path
    const stopped = await startTintype({ dataDirectory })
    const { page } = await openGallery(browser, stopped.url)
    await page.getByText('There are no photos yet').waitFor()
    const { id } = await upload(stopped.url, 'before')
    await photo(page, 'before').waitFor()
    await stopped.stop()
    const env = { TINTYPE_PORT: new URL(stopped.url).port }
    await using tintype = await startTintype({ dataDirectory, env })
    await mutate(tintype.url, 'photos.delete', { id })
    await upload(tintype.url, 'after')
    await photo(page, 'after').waitFor()
    expect(await photo(page, 'before').count()).toBe(0)
    await page.context().close()
  })

  test('a tab that is out of view follows for five minutes, and is up to date when it is in view again', async () => {
    await using tintype = await startTintype()
    const { page, layoutShift, complaints } = await openGallery(browser, 'about:blank')
    await page.clock.install()
    const open = new Set<Request>()
    page.on('request', (request) => request.url().includes('/trpc/photos.onChange') && open.add(request))
    const close = (request: Request) => open.delete(request)
    page.on('requestfinished', close).on('requestfailed', close)
    /** No window of a headless browser is out of view, so the page is only told so. */
    const setHidden = (isHidden: boolean) =>
      page.evaluate((isHidden) => {
        Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, isHidden)
    await page.goto(tintype.url)
    await page.getByText('There are no photos yet').waitFor()
    await upload(tintype.url, 'one')
    await photo(page, 'one').waitFor()
    await setHidden(true)
    await page.clock.fastForward('04:00')
    await upload(tintype.url, 'two')
    await photo(page, 'two').waitFor()
    await page.clock.fastForward('01:00')
    await expect.poll(() => open.size, waiting).toBe(0)
    const { id } = await upload(tintype.url, 'three')
    await mutate(tintype.url, 'photos.update', { id, alt: 'A dog' })
    await setHidden(false)
    await photo(page, 'A dog').waitFor()
    expect([open.size, await page.getByRole('gridcell').count()]).toEqual([1, 3])
    expect([await layoutShift(), complaints]).toEqual([0, []])
    await page.context().close()
  })
})
