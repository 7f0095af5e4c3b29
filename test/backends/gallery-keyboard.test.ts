import { makeImage } from '@tintype/imaging/testing'
import type { Browser, FileChooser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations } from '../support/axe-violations.ts'
import { openBrowser } from '../support/open-browser.ts'
import { openGallery } from '../support/open-gallery.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { uploadPhoto } from '../support/upload.ts'
import { waiting } from '../support/uploads.ts'

describe('the gallery by keyboard, mirrored and in other colours, in a real browser', () => {
  let browser: Browser
  let tintype: Tintype
  beforeAll(async () => {
    browser = await openBrowser()
    tintype = await startTintype()
    for (const at of [4, 3, 2, 1])
      await uploadPhoto(tintype.url, await picture(90 + at), { filename: `photo ${at}.png` })
  })
  afterAll(async () => {
    await browser.close()
    await tintype[Symbol.asyncDispose]()
  })
  const picture = (width: number) => makeImage({ width, height: 60, format: 'png' })

  /** The name of what has the focus, if it is in view and nothing lies on it. */
  const focused = (page: Page) =>
    page.evaluate(() => {
      const one = document.activeElement
      if (!one || one === document.body) return 'nothing'
      const { left, right, top, bottom } = one.getBoundingClientRect()
      const seen = document.elementFromPoint((left + right) / 2, (top + bottom) / 2)
      const name =
        one.getAttribute('aria-label') ??
        one.querySelector('img')?.alt ??
        document.querySelector(`label[for="${one.id}"]`)?.textContent ??
        one.textContent
      return seen && (one.contains(seen) || seen.contains(one)) ? name.trim() : `${name} (covered)`
    })
  /** Presses a key until what has the focus has this name. */
  async function pressUntil(page: Page, key: string, name: string | RegExp): Promise<string[]> {
    const passed: string[] = []
    for (let count = 0; count < 20; count++) {
      const now = await focused(page)
      if (typeof name === 'string' ? now === name : name.test(now)) return passed
      passed.push(now)
      await page.keyboard.press(key)
    }
    throw new Error(`${key} does not lead to ${name}, but to ${passed.join(', ')}`)
  }
  const untilFocused = (page: Page, name: string | RegExp) =>
    expect.poll(() => focused(page), waiting).toMatch(name)

  test('a keyboard alone uploads, selects, tags, views, edits, deletes, restores and searches', async () => {
    const { page, complaints } = await openGallery(browser, tintype.url)
    // before the key that opens it, because a key is faster than the request to be informed
    const chooser = Promise.withResolvers<FileChooser>()
    page.once('filechooser', chooser.resolve)
    await page.getByRole('img', { name: /^photo 4.png/ }).waitFor()
    expect(await pressUntil(page, 'Tab', /^photo 1.png/)).toEqual([
      'nothing',
      'Search photos',
      'Upload a folder',
      'Upload photos',
      'View',
      'Settings',
    ])
    await pressUntil(page, 'Shift+Tab', 'Settings')
    await page.keyboard.press('Enter')
    await untilFocused(page, 'Close')
    await page.keyboard.press('Escape')
    await untilFocused(page, 'Settings')
    await pressUntil(page, 'Shift+Tab', 'View')
    await page.keyboard.press('Enter')
    await pressUntil(page, 'ArrowDown', 'Large')
    await page.keyboard.press('Enter')
    await untilFocused(page, 'View')

    await pressUntil(page, 'Shift+Tab', 'Upload photos')
    await page.keyboard.press('Enter')
    const buffer = Buffer.from(await picture(90))
    await (await chooser.promise).setFiles([{ name: 'photo 0.png', mimeType: 'image/png', buffer }])
    await page.getByRole('img', { name: /^photo 0.png/ }).waitFor()
    await untilFocused(page, 'Upload photos')

    await pressUntil(page, 'Tab', /^photo /)
    await pressUntil(page, 'ArrowRight', /^photo 3.png/)
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Space')
    await page.getByText('2 selected').waitFor()
    await pressUntil(page, 'Shift+Tab', 'Tag')
    await page.keyboard.press('Enter')
    await untilFocused(page, 'Tags')
    await page.keyboard.type('sea')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Remove tag sea' }).waitFor()
    await page.keyboard.press('Escape')
    await untilFocused(page, 'Tag')
    await page.keyboard.press('Escape')
    await untilFocused(page, /^photo /)

    await pressUntil(page, 'ArrowLeft', /^photo 2.png/)
    await page.keyboard.press('Enter')
    await untilFocused(page, 'Close')
    await page.locator('.pswp__img').first().waitFor()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('dialog', { name: 'photo 3.png' }).waitFor()
    await page.keyboard.press('i')
    await pressUntil(page, 'Tab', 'Title')
    await page.keyboard.type('Low tide')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Low tide' }).waitFor()
    await pressUntil(page, 'Shift+Tab', 'Close')
    await page.keyboard.press('Enter')
    await untilFocused(page, 'Info')
    await page.keyboard.press('Escape')
    await untilFocused(page, /^Low tide/)

    await page.keyboard.press('Space')
    await page.getByText('1 selected').waitFor()
    await pressUntil(page, 'Shift+Tab', 'Delete')
    await page.keyboard.press('Enter')
    await untilFocused(page, /^photo 4.png/)
    await pressUntil(page, 'Tab', 'Undo')
    await page.keyboard.press('Enter')
    await page.getByRole('img', { name: /^Low tide/ }).waitFor()
    await untilFocused(page, /^Low tide/)

    await pressUntil(page, 'Shift+Tab', 'Search photos')
    await page.keyboard.type('se')
    await page.getByRole('option', { name: 'sea' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('.chip').textContent(), waiting).toContain('sea')
    await expect.poll(() => page.getByRole('gridcell').count(), waiting).toBe(2)
    await page.keyboard.press('Backspace')
    await expect.poll(() => page.getByRole('gridcell').count(), waiting).toBe(5)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('from right to left: keys and buttons are mirrored, nothing is cut, and all of it is accessible', async () => {
    const { page, complaints } = await openGallery(browser, tintype.url, {
      viewport: { width: 390, height: 800 },
    })
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl'
    })
    await page.getByRole('img', { name: /^photo 1.png/ }).waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    const field = page.locator('.search input')
    expect(await field.evaluate((one) => getComputedStyle(one).direction)).toBe('rtl')
    const icon = await page.getByRole('button', { name: 'Settings' }).boundingBox()
    expect(icon?.x).toBeLessThan(100)
    await page.getByRole('link', { name: /^photo 1.png/ }).focus()
    for (const [key, name] of [
      ['ArrowLeft', 'photo 2.png'],
      ['ArrowRight', 'photo 1.png'],
    ] as const) {
      await page.keyboard.press(key)
      await expect.poll(() => focused(page), waiting).toContain(name)
    }
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('img', { name: /^photo 1.png/ }).click()
    await page.getByRole('dialog', { name: 'photo 1.png' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.locator('.pswp__img').first().waitFor()
    const next = await page.getByRole('button', { name: 'Next photo' }).boundingBox()
    expect(next?.x).toBeLessThan(100)
    const zoomIcon = page.getByRole('button', { name: 'Zoom in' }).locator('svg')
    expect(await zoomIcon.evaluate((one) => getComputedStyle(one).transform)).toBe('none')
    await page.keyboard.press('ArrowLeft')
    await page.getByRole('dialog', { name: 'photo 2.png' }).waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('with forced colours the text has the colour of the system', async () => {
    const { page } = await openGallery(browser, tintype.url, { forcedColors: 'active' })
    await page.getByRole('img', { name: /^photo 1.png/ }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('img', { name: /^photo 1.png/ }).click()
    const dialog = page.getByRole('dialog', { name: 'photo 1.png' })
    await dialog.waitFor()
    const colours = () =>
      dialog.evaluate((one) => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor])
    expect(await colours()).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)'])
    await page.context().close()
  })
})
