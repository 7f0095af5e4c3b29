import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations } from '../support/axe-violations.ts'
import { listPhotos } from '../support/list-photos.ts'
import { longestMotionMs } from '../support/longest-motion-ms.ts'
import { openBrowser } from '../support/open-browser.ts'
import { type GalleryPage, openGallery } from '../support/open-gallery.ts'
import { pinch } from '../support/pinch.ts'
import { requestedPhotos } from '../support/requested-photos.ts'
import type { Tintype } from '../support/start-tintype.ts'
import { startWithPhotos } from '../support/start-with-photos.ts'
import { waiting } from '../support/uploads.ts'

describe('the lightbox of the gallery, in a real browser', () => {
  let browser: Browser
  let tintype: Tintype
  beforeAll(async () => {
    browser = await openBrowser()
    tintype = await startWithPhotos()
  })
  afterAll(async () => {
    await browser.close()
    await tintype[Symbol.asyncDispose]()
  })

  const dialog = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true })
  const focused = (page: Page) =>
    page.evaluate(() => document.activeElement?.querySelector('img')?.alt.split(',')[0])
  async function openPhoto(name: string, options = {}): Promise<GalleryPage> {
    const opened = await openGallery(browser, tintype.url, options)
    await opened.page.getByRole('img', { name }).click()
    await dialog(opened.page, name).waitFor()
    return opened
  }

  test.each([
    [320, 640, 'light'],
    [1280, 800, 'dark'],
  ] as const)(
    '%i × %i, %s: shows a large picture and a panel, accessibly',
    async (width, height, colorScheme) => {
      const { page, complaints } = await openPhoto('photo 2.jpg', {
        viewport: { width, height },
        colorScheme,
      })
      const picture = dialog(page, 'photo 2.jpg').getByRole('img', { name: 'photo 2.jpg' })
      await picture.waitFor()
      const isLoaded = () => picture.evaluate((one) => (one as HTMLImageElement).naturalWidth > 300)
      await expect.poll(isLoaded, waiting).toBe(true)
      // two ahead and one behind
      await expect
        .poll(() => requestedPhotos(page, tintype), waiting)
        .toEqual(['photo 1.jpg', 'photo 2.jpg', 'photo 3.jpg', 'photo 4.jpg'])
      expect(await axeViolations(page)).toEqual([])
      await page.keyboard.press('i')
      await page.getByRole('complementary', { name: 'About this photo' }).waitFor()
      expect(await axeViolations(page)).toEqual([])
      await page.keyboard.press('c')
      // fails if the panel is above it
      await page.getByRole('menuitem', { name: 'Link to the original…' }).hover()
      expect(complaints).toEqual([])
      await page.context().close()
    },
  )

  test('keys move, zoom and close, and the focus returns to the photo that was seen last', async () => {
    const { page } = await openPhoto('photo 2.jpg')
    await page.locator('.pswp__img').first().waitFor()
    await page.keyboard.press('ArrowRight')
    await dialog(page, 'photo 3.jpg').waitFor()
    await page.keyboard.press('End')
    await dialog(page, 'photo 5.jpg').waitFor()
    await page.keyboard.press('Home')
    await dialog(page, 'photo 1.jpg').waitFor()
    const zoomOut = page.getByRole('button', { name: 'Zoom out' })
    const zoomIn = async () => {
      await page.keyboard.press('+')
      return zoomOut.getAttribute('aria-disabled')
    }
    // a picture that still moves to its place is not zoomed
    await expect.poll(zoomIn, waiting).toBe('false')
    await page.keyboard.press('0')
    await expect.poll(() => zoomOut.getAttribute('aria-disabled'), waiting).toBe('true')
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page), waiting).toBe('photo 1.jpg')
    await page.context().close()
  })

  test('has an address: it can be opened, moving replaces it, and Back closes the lightbox', async () => {
    const { page, complaints } = await openPhoto('photo 4.jpg')
    const photos = await listPhotos(tintype)
    const idOf = (name: string) => photos.find(({ filename }) => filename === name)?.id
    expect(page.url()).toBe(`${tintype.url}/?photo=${idOf('photo 4.jpg')}`)
    await page.locator('.pswp__img').first().waitFor()
    await page.keyboard.press('ArrowLeft')
    await dialog(page, 'photo 3.jpg').waitFor()
    expect(page.url()).toBe(`${tintype.url}/?photo=${idOf('photo 3.jpg')}`)
    await page.goBack()
    await expect.poll(() => focused(page), waiting).toBe('photo 3.jpg')
    await page.goForward()
    await dialog(page, 'photo 3.jpg').waitFor()
    await page.reload()
    await dialog(page, 'photo 3.jpg').waitFor()
    await page.goBack()
    await dialog(page, 'photo 3.jpg').waitFor({ state: 'detached' })
    expect(page.url()).toBe(`${tintype.url}/`)
    for (const id of ['0198c0de-0000-7000-8000-000000000000', 'no-id']) {
      await page.goto(`${tintype.url}/?photo=${id}`)
      await page.locator('.notice', { hasText: 'This photo no longer exists.' }).waitFor()
      expect([page.url(), complaints]).toEqual([`${tintype.url}/`, []])
    }
    await page.context().close()
  })

  test('edits title, description and tags in place, and undoes that', async () => {
    const { page, complaints } = await openPhoto('photo 5.jpg')
    await page.getByRole('button', { name: 'Info' }).click()
    const panel = page.getByRole('complementary', { name: 'About this photo' })
    const edited = async () => {
      const photo = (await listPhotos(tintype)).find(({ filename }) => filename === 'photo 5.jpg')
      return [photo?.title, photo?.alt, photo?.tags]
    }
    await panel.getByLabel('Title').fill('Not this')
    await page.keyboard.press('Escape')
    expect(await panel.getByLabel('Title').inputValue()).toBe('')
    // an untouched field is left, and the dialog gets the focus, so that its keys work
    for (const label of ['Title', 'Tags']) {
      await panel.getByLabel(label).press('Escape')
      expect(await page.evaluate(() => document.activeElement?.localName)).toBe('dialog')
    }
    await panel.getByLabel('Title').fill('Low tide')
    await page.keyboard.press('Enter')
    await dialog(page, 'Low tide').waitFor()
    const isFocused = () => panel.getByLabel('Title').evaluate((one) => one === document.activeElement)
    expect(await isFocused()).toBe(true)
    await panel.getByLabel('Description').fill('The sea at noon')
    await panel.getByLabel('Tags').fill('sea')
    await page.keyboard.press('Enter')
    await panel.getByRole('button', { name: 'Remove tag sea' }).waitFor()
    await expect.poll(edited, waiting).toEqual(['Low tide', 'The sea at noon', ['sea']])
    expect(await axeViolations(page)).toEqual([])
    for (const undo of (await panel.getByRole('button', { name: 'Undo' }).all()).reverse()) await undo.click()
    await expect.poll(edited, waiting).toEqual([null, null, []])
    await dialog(page, 'photo 5.jpg').waitFor()
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe('textarea')

    await page.context().setOffline(true)
    await panel.getByLabel('Title').fill('High tide')
    await page.keyboard.press('Enter')
    const failure = panel.locator('.failure')
    await failure.waitFor()
    expect(await isFocused()).toBe(true)
    await panel.getByLabel('Tags').fill('sun')
    await page.keyboard.press('Enter')
    await expect.poll(() => failure.count(), waiting).toBe(2)
    expect(await panel.getByLabel('Tags').inputValue()).toBe('sun')
    await page.keyboard.press('Escape')
    // what could not be saved is there again
    await page.getByRole('button', { name: 'Previous photo' }).click()
    await dialog(page, 'photo 4.jpg').waitFor()
    expect([await panel.getByLabel('Title').inputValue(), await failure.count()]).toEqual(['', 0])
    await page.keyboard.press('ArrowRight')
    await dialog(page, 'photo 5.jpg').waitFor()
    expect([await panel.getByLabel('Title').inputValue(), await failure.count()]).toEqual(['High tide', 1])
    await page.context().setOffline(false)
    await panel.getByLabel('Title').press('Enter')
    const name = `عنوان ${'long '.repeat(50)}`.trim()
    await dialog(page, 'High tide').waitFor()
    await panel.getByLabel('Title').fill(name)
    await page.keyboard.press('Enter')
    await dialog(page, name).waitFor()
    const isBeginningShown = () =>
      dialog(page, name).evaluate((one) => {
        const heading = one.querySelector('h2')
        const range = document.createRange()
        const text = document.createTreeWalker(heading as Node, NodeFilter.SHOW_TEXT).nextNode() as Node
        range.setStart(text, 0)
        range.setEnd(text, 1)
        const [box, letter] = [heading as Element, range].map((part) => part.getBoundingClientRect())
        return box && letter && letter.left >= box.left && letter.right <= box.right
      })
    expect(await isBeginningShown()).toBe(true)

    const other = await page.context().newPage()
    await other.goto(page.url())
    await other.getByRole('button', { name: 'Info' }).click()
    await Promise.all([
      panel.getByLabel('Tags').fill('sand'),
      other.getByRole('complementary').getByLabel('Tags').fill('sky'),
    ])
    await Promise.all([page.keyboard.press('Enter'), other.keyboard.press('Enter')])
    for (const tab of [page, other])
      for (const tag of ['sand', 'sky'])
        await tab.getByRole('button', { name: `Remove tag ${tag}` }).waitFor()
    expect([(await edited())[2]].flat(2).sort()).toEqual(['sand', 'sky'])
    expect(complaints.filter((one) => !one.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([])
    await page.context().close()
  })

  test('a pointer zooms and swipes, and letters do nothing if they are turned off', async () => {
    // without motion: a swipe that begins while the picture still shrinks moves the picture
    const { page } = await openGallery(browser, tintype.url, { reducedMotion: 'reduce' })
    await page.evaluate(() => localStorage.setItem('tintype', '{"hasLetterKeys":false}'))
    await page.reload()
    await page.getByRole('img', { name: 'photo 1.jpg' }).click()
    await dialog(page, 'photo 1.jpg').waitFor()
    await page.locator('.pswp__img').first().waitFor()
    await page.keyboard.press('i')
    expect(await page.getByRole('complementary').count()).toBe(0)
    const zoomOut = page.getByRole('button', { name: 'Zoom out' })
    const turnWheel = (byPx: number) => async () => {
      await page.mouse.wheel(0, byPx)
      return zoomOut.getAttribute('aria-disabled')
    }
    await page.mouse.move(640, 400)
    await expect.poll(turnWheel(-200), waiting).toBe('false')
    await zoomOut.click()
    await expect.poll(turnWheel(400), waiting).toBe('true')
    // until the page has seen every turn of the wheel: one more would end the swipe
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    )
    await page.mouse.move(900, 400)
    await page.mouse.down()
    await page.mouse.move(300, 400, { steps: 5 })
    await page.mouse.up()
    await dialog(page, 'photo 2.jpg').waitFor()
    await page.context().close()
  })

  test('fingers zoom; with less motion nothing moves longer than 100 ms; with Save-Data no neighbour is loaded', async () => {
    const { page } = await openGallery(browser, 'about:blank', { hasTouch: true, reducedMotion: 'reduce' })
    await page.addInitScript(() =>
      Object.defineProperty(Reflect.get(navigator, 'connection'), 'saveData', { value: true }),
    )
    await page.goto(tintype.url)
    await page.getByRole('img', { name: 'photo 2.jpg' }).tap()
    await dialog(page, 'photo 2.jpg').waitFor()
    await expect.poll(() => requestedPhotos(page, tintype), waiting).toEqual(['photo 2.jpg'])
    const zoomOut = page.getByRole('button', { name: 'Zoom out' })
    expect(await zoomOut.getAttribute('aria-disabled')).toBe('true')
    await pinch(page, { fromPx: 80, toPx: 480 })
    await expect.poll(() => zoomOut.getAttribute('aria-disabled'), waiting).toBe('false')
    await zoomOut.click()
    const pictures = page.locator('.pswp__zoom-wrap')
    expect(await pictures.evaluateAll((all) => all.flatMap((one) => one.getAnimations()))).toEqual([])
    expect(await longestMotionMs(page)).toBeLessThanOrEqual(100)
    expect(await requestedPhotos(page, tintype)).toEqual(['photo 2.jpg'])
    await page.keyboard.press('ArrowRight')
    await dialog(page, 'photo 3.jpg').waitFor()
    await expect.poll(() => requestedPhotos(page, tintype), waiting).toEqual(['photo 2.jpg', 'photo 3.jpg'])
    await page.context().close()
  })
})
