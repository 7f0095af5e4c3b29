import { makeImage } from '@tintype/imaging/testing'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { axeViolations } from '../support/axe-violations.ts'
import { listPhotos } from '../support/list-photos.ts'
import { openBrowser } from '../support/open-browser.ts'
import { openGallery } from '../support/open-gallery.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { uploadPhoto } from '../support/upload.ts'
import { waiting } from '../support/uploads.ts'

describe('selecting, searching and settings in the gallery, in a real browser', () => {
  let browser: Browser
  let tintype: Tintype
  let page: Page
  let complaints: readonly string[]
  beforeAll(async () => {
    browser = await openBrowser()
    tintype = await startTintype()
    for (const at of [6, 5, 4, 3, 2, 1]) {
      const picture = await makeImage({ width: 90 + at, height: 60, format: 'png' })
      await uploadPhoto(tintype.url, picture, { filename: `photo ${at}.png` })
    }
  })
  afterAll(async () => {
    await browser.close()
    await tintype[Symbol.asyncDispose]()
  })
  beforeEach(async ({ onTestFinished }) => {
    const opened = await openGallery(browser, tintype.url)
    page = opened.page
    complaints = opened.complaints
    await photo(1).waitFor()
    onTestFinished(() => page.context().close())
  })

  const photo = (at: number) => page.getByRole('img', { name: `photo ${at}.png`, exact: false })
  const check = (at: number) => page.getByRole('button', { name: `Select photo ${at}.png` })

  test('selects by click, range, keys and month, and says how many', async () => {
    await check(2).click()
    await page.getByText('1 selected').waitFor()
    await check(4).click({ modifiers: ['Shift'] })
    await page.getByText('3 selected').waitFor()
    expect(await axeViolations(page)).toEqual([])
    // a click selects now, and opens nothing
    await photo(3).click({ position: { x: 60, y: 60 } })
    await page.getByText('2 selected').waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('2 selected').waitFor({ state: 'detached' })
    await photo(1).focus()
    await page.getByRole('link', { name: /photo 1.png/ }).focus()
    await page.keyboard.press('Space')
    await page.getByText('1 selected').waitFor()
    await page.keyboard.press('Control+a')
    await page.getByText('6 selected').waitFor()
    await page.getByRole('button', { name: /^Select all photos of/ }).click()
    await page.getByText('6 selected').waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  })

  test('a reader is given one message at most every five seconds, also in a dialog: what is new and still holds', async () => {
    await page.clock.install()
    const said = () => page.getByRole('status').first().getByRole('paragraph').allTextContents()
    await check(2).click()
    await expect.poll(said, waiting).toEqual(['Selected photos: 1'])
    await page.clock.pauseAt(Date.now() + 60_000)
    expect(await said()).toEqual([])
    await check(3).click()
    // an effect needs a frame
    await page.clock.runFor(100)
    for (const at of [4, 5]) await check(at).click()
    await page.getByText('4 selected').waitFor()
    await page.context().setOffline(true)
    await page.locator('.notice.connection').waitFor()
    await page.clock.runFor(4800)
    expect(await said()).toEqual(['Selected photos: 2'])
    await page.clock.runFor(300)
    const offline = 'You are offline. Uploads continue when you are back.'
    expect(await said()).toEqual(['Selected photos: 4', offline])
    await page.context().setOffline(false)
    await page.locator('.notice.connection').waitFor({ state: 'detached' })
    await page.clock.runFor(5000)
    expect(await said()).toEqual([])

    await page.clock.resume()
    await page.getByRole('button', { name: 'Tag' }).click()
    const dialog = page.getByRole('dialog', { name: 'Tags of 4 photos' })
    await dialog.getByLabel('Tags').fill('read')
    await page.keyboard.press('Enter')
    await expect.poll(() => dialog.getByRole('status').textContent(), waiting).toBe('Saved')
    await dialog.getByRole('button', { name: 'Remove tag read' }).click()
    await dialog.getByRole('button', { name: 'Remove tag read' }).waitFor({ state: 'detached' })
  })

  test('a long press of a finger selects', async () => {
    const touch = await openGallery(browser, tintype.url, {
      hasTouch: true,
      viewport: { width: 390, height: 800 },
    })
    const box = await touch.page.getByRole('img', { name: /photo 1.png/ }).boundingBox()
    const devtools = await touch.page.context().newCDPSession(touch.page)
    const touchPoints = [{ x: (box?.x ?? 0) + 60, y: (box?.y ?? 0) + 60 }]
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
    await touch.page.getByText('1 selected').waitFor()
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    await touch.page.context().close()
  })

  test('tags several photos at once, searches for the tag, and removes it', async () => {
    await check(1).click()
    await check(3).click({ modifiers: ['Shift'] })
    await page.getByRole('button', { name: 'Tag' }).click()
    await page.getByRole('dialog', { name: 'Tags of 3 photos' }).getByLabel('Tags').fill('sea')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Remove tag sea' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'Tag' }).click()
    // a space of it removes no tag
    await page.keyboard.type('low tide')
    // the Enter that ends a word belongs to the input method
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Input.imeSetComposition', { text: '海', selectionStart: 1, selectionEnd: 1 })
    await page.keyboard.press('Enter')
    expect(await page.getByRole('textbox', { name: 'Tags' }).inputValue()).toBe('low tide海')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')

    const field = page.getByRole('combobox', { name: 'Search photos' })
    await field.fill('se')
    await page.getByRole('option', { name: 'sea' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByRole('gridcell').count(), waiting).toBe(3)
    expect(page.url()).toBe(`${tintype.url}/?tag=sea`)
    await field.fill('photo 2')
    await expect.poll(() => page.getByRole('gridcell').count(), waiting).toBe(1)
    await page.goBack()
    await expect.poll(() => page.getByRole('gridcell').count(), waiting).toBe(6)
    expect([page.url(), await field.inputValue()]).toEqual([`${tintype.url}/`, ''])
    await page.goForward()
    await expect.poll(() => page.getByRole('gridcell').count(), waiting).toBe(1)
    const older = Promise.withResolvers<void>()
    await page.route(
      (url) => /photos\.list.*photo 3/.test(decodeURIComponent(url.href)),
      async (route) => {
        const answer = await route.fetch()
        await older.promise
        // the page may have cancelled the request
        await route.fulfill({ response: answer }).catch(() => {})
      },
    )
    const isSent = page.waitForRequest((request) => decodeURIComponent(request.url()).includes('photo 3'))
    await field.fill('photo 3')
    await isSent
    await field.fill('photo 1')
    await photo(1).waitFor()
    older.resolve()
    await page.unrouteAll({ behavior: 'wait' })
    expect([await page.getByRole('gridcell').count(), await photo(1).count()]).toEqual([1, 1])
    await page.reload()
    await expect.poll(() => page.getByRole('gridcell').count(), waiting).toBe(1)
    await field.fill('nothing at all')
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    const focused = () => page.evaluate(() => document.activeElement?.localName)
    await page.getByRole('button', { name: 'Show all photos' }).press('Enter')
    await expect.poll(() => page.getByRole('gridcell').count(), waiting).toBe(6)
    expect(await focused()).toBe('input')

    // in a narrow window the field is closed, and its button gets the focus
    await page.setViewportSize({ width: 390, height: 800 })
    const button = page.getByRole('button', { name: 'Search photos' })
    await button.press('Enter')
    await field.fill('photo 2')
    await page.getByRole('button', { name: 'Clear the search' }).press('Enter')
    await field.waitFor({ state: 'hidden' })
    expect(await focused()).toBe('button')
    await page.keyboard.press('Enter')
    await field.fill('nothing at all')
    await page.getByRole('button', { name: 'Show all photos' }).press('Enter')
    await field.waitFor({ state: 'hidden' })
    expect(await button.evaluate((one) => one === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await field.press('Escape')
    await field.waitFor({ state: 'hidden' })
    expect(await button.evaluate((one) => one === document.activeElement)).toBe(true)
    expect(complaints).toEqual([])
  })

  test('a search that is cleared leaves no entry of the history behind, and keeps the order', async () => {
    const { page } = await openGallery(browser, tintype.url)
    const field = page.getByRole('combobox', { name: 'Search photos' })
    const hasAddress = (end: string) => expect.poll(() => page.url(), waiting).toBe(`${tintype.url}/${end}`)
    await field.fill('photo 2')
    await hasAddress('?q=photo+2')
    await field.press('Escape')
    await hasAddress('')
    await field.fill('se')
    await page.getByRole('option', { name: 'sea' }).click()
    await hasAddress('?tag=sea')
    await page.getByRole('button', { name: 'View' }).click()
    await page.getByRole('menuitemradio', { name: 'By time taken' }).click()
    await hasAddress('?tag=sea&sort=taken')
    await page.getByRole('button', { name: 'Show photos without the tag sea too' }).click()
    await hasAddress('?sort=taken')
    await expect.poll(() => page.getByRole('gridcell').count(), waiting).toBe(6)
    await page.goBack()
    expect(page.url()).toBe('about:blank')
    await page.context().close()
  })

  test('downloads the originals of several photos as one file', async () => {
    // it asks for a place on the disk, which a test cannot choose
    await page.evaluate(() => Reflect.deleteProperty(window, 'showSaveFilePicker'))
    await check(1).click()
    await check(2).click({ modifiers: ['Shift'] })
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download' }).click()
    const file = await (await download).createReadStream()
    const chunks: Buffer[] = []
    for await (const chunk of file) chunks.push(chunk)
    const zip = Buffer.concat(chunks)
    expect(zip.subarray(0, 2).toString()).toBe('PK')
    expect([zip.includes('photo 1.png'), zip.includes('photo 2.png'), zip.includes('photo 3.png')]).toEqual([
      true,
      true,
      false,
    ])
  })

  test('if that is chosen, asks before it deletes, for good; the focus is given to the next photo', async () => {
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('dialog', { name: 'Settings' }).getByText('Open: no key is needed').waitFor()
    await page.getByText('Ready', { exact: true }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByLabel('Colours').selectOption('dark')
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
    await page.getByLabel('Ask before deleting').check()
    await page.keyboard.press('Escape')
    await check(5).click()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page
      .getByRole('dialog', { name: 'Delete this photo?' })
      .getByRole('button', { name: 'Delete' })
      .click()
    await page.locator('.notice', { hasText: 'Photo deleted' }).waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.querySelector('img')?.alt.split(',')[0])
    await expect.poll(focused, waiting).toBe('photo 6.png')
    expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0)
    await expect.poll(async () => (await listPhotos(tintype)).length, waiting).toBe(5)
    expect(complaints).toEqual([])
  })

  test('keeps size and colours for the next visit', async () => {
    const height = async () => (await page.getByRole('row').first().boundingBox())?.height ?? 0
    const medium = await height()
    for (const name of ['Large', 'Dark']) {
      await page.getByRole('button', { name: 'View' }).click()
      await page.getByRole('menuitemradio', { name }).click()
    }
    await expect.poll(height, waiting).toBeGreaterThan(medium * 1.2)
    await page.reload()
    await photo(1).waitFor()
    expect(await height()).toBeGreaterThan(medium * 1.2)
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(19, 18, 17)')
    expect(complaints).toEqual([])
  })

  test('lists photos by the time they were taken, under the months of those times', async () => {
    const exif = { IFD2: { DateTimeOriginal: '2019:05:01 10:00:00' } }
    const old = await sharp({ create: { width: 80, height: 60, channels: 3, background: 'teal' } })
      .withExif(exif)
      .jpeg()
      .toBuffer()
    await uploadPhoto(tintype.url, old, { filename: 'old.jpg' })
    await page.reload()
    const first = async () =>
      (await page.getByRole('gridcell').first().getByRole('img').getAttribute('alt'))?.split(',')[0]
    await expect.poll(first, waiting).toBe('old.jpg')
    await page.getByRole('button', { name: 'View' }).click()
    await page.getByRole('menuitemradio', { name: 'By time taken' }).click()
    await page
      .getByRole('grid', { name: 'May 2019' })
      .getByRole('img', { name: 'old.jpg, May 1, 2019' })
      .waitFor()
    await expect.poll(first, waiting).toBe('photo 1.png')
    expect(page.url()).toBe(`${tintype.url}/?sort=taken`)
    expect(await axeViolations(page)).toEqual([])
    expect(complaints).toEqual([])
  })
})
