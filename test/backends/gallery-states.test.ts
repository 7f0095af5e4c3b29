import { makeImage } from '@tintype/imaging/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations } from '../support/axe-violations.ts'
import { openBrowser } from '../support/open-browser.ts'
import { openGallery } from '../support/open-gallery.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { uploadPhoto } from '../support/upload.ts'
import { waiting } from '../support/uploads.ts'

/** Chromium writes this for each answer that is a failure, and no page can prevent it. */
const failedRequest = /^Failed to load resource/

describe('the states of the gallery, in a real browser', () => {
  let browser: Browser
  let tintype: Tintype
  beforeAll(async () => {
    browser = await openBrowser()
    tintype = await startTintype()
    await uploadPhoto(tintype.url, await picture(91), { filename: 'one.png' })
  })
  afterAll(async () => {
    await browser.close()
    await tintype[Symbol.asyncDispose]()
  })
  const picture = (width: number) => makeImage({ width, height: 60, format: 'png' })

  test('first load: the header is there before any script, and nothing moves afterwards', async () => {
    const plain = await openGallery(browser, tintype.url, { javaScriptEnabled: false })
    expect(await plain.page.getByRole('heading', { name: 'Tintype' }).isVisible()).toBe(true)
    await plain.page.context().close()
    const { page, layoutShift, complaints } = await openGallery(browser, tintype.url)
    await page.getByRole('img', { name: /^one.png/ }).waitFor()
    expect([await layoutShift(), complaints]).toEqual([0, []])
    await page.context().close()
  })

  test('empty: shows three ways to upload, and the photo that one of them sends', async () => {
    await using empty = await startTintype()
    const { page, complaints } = await openGallery(browser, empty.url)
    await page.getByText(`curl -F file=@photo.jpg ${empty.url}/photos`).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('tab', { name: 'curl' }).focus()
    await page.keyboard.press('ArrowRight')
    await page
      .getByRole('tabpanel', { name: 'SDK' })
      .getByText(`createTintypeClient({ url: '${empty.url}' })`)
      .waitFor()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('tabpanel', { name: 'React' }).getByText('@tintype/react').first().waitFor()
    expect(await axeViolations(page)).toEqual([])
    await uploadPhoto(empty.url, await picture(90), { filename: 'sent.png' })
    await page.getByRole('img', { name: /^sent.png/ }).waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('a page that fails says so, and is loaded again by itself', async () => {
    const { page, complaints } = await openGallery(browser, 'about:blank')
    let failures = 1
    const json = {
      error: { message: 'Oops', code: -32603, data: { code: 'INTERNAL', status: 500, requestId: 'x' } },
    }
    await page.route(/photos\.list/, (route) =>
      failures-- > 0
        ? route.fulfill({ status: 500, json: route.request().url().includes('batch') ? [json, json] : json })
        : route.continue(),
    )
    await page.goto(tintype.url)
    await page.getByRole('alert').getByText('Something went wrong').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('img', { name: /^one.png/ }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(complaints.filter((one) => !failedRequest.test(one))).toEqual([])
    await page.context().close()
  })

  test('offline: says so until the browser is online again', async () => {
    const { page } = await openGallery(browser, tintype.url)
    await page.getByRole('img', { name: /^one.png/ }).waitFor()
    await page.context().setOffline(true)
    const sentence = page.getByText('You are offline. Uploads continue when you are back.')
    await sentence.waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.context().setOffline(false)
    await sentence.waitFor({ state: 'hidden' })
    await page.context().close()
  })

  test('server away: says that the page reconnects, and shows the photos when it is back', async () => {
    const { page } = await openGallery(browser, 'about:blank')
    let isAway = true
    await page.route(/\/trpc\//, (route) => (isAway ? route.abort('connectionrefused') : route.continue()))
    await page.goto(tintype.url)
    await page.getByText('The server does not answer. Reconnecting…').waitFor()
    expect(await axeViolations(page)).toEqual([])
    isAway = false
    await page.getByRole('img', { name: /^one.png/ }).waitFor()
    await page.getByText('Reconnecting').waitFor({ state: 'hidden' })
    await page.context().close()
  })

  test('right to left and without motion: nothing is cut, and all of it is accessible', async () => {
    const { page, complaints } = await openGallery(browser, tintype.url, {
      viewport: { width: 390, height: 800 },
      reducedMotion: 'reduce',
    })
    await page.evaluate(() => {
      document.documentElement.dir = 'rtl'
    })
    await page.getByRole('img', { name: /^one.png/ }).waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    const icon = await page.getByRole('button', { name: 'Settings' }).boundingBox()
    expect(icon?.x).toBeLessThan(100)
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('img', { name: /^one.png/ }).click()
    await page.getByRole('dialog', { name: 'one.png' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('with forced colours the text has the colour of the system', async () => {
    const { page } = await openGallery(browser, tintype.url, { forcedColors: 'active' })
    await page.getByRole('img', { name: /^one.png/ }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('img', { name: /^one.png/ }).click()
    const dialog = page.getByRole('dialog', { name: 'one.png' })
    await dialog.waitFor()
    const colours = () =>
      dialog.evaluate((one) => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor])
    expect(await colours()).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)'])
    await page.context().close()
  })

  test('a photo that cannot be loaded is asked for again, and then says its name', async () => {
    const { page } = await openGallery(browser, 'about:blank')
    await page.route(/\/media\//, (route) => route.fulfill({ status: 503 }))
    await page.goto(tintype.url)
    await expect.poll(() => page.getByRole('gridcell', { name: /one.png/ }).count(), waiting).toBe(1)
    await page.context().close()
  })
})
