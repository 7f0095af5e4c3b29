import { makeImage } from '@tintype/imaging/testing'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations } from '../support/axe-violations.ts'
import { mutate } from '../support/call.ts'
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

  test('first load: the header before any script, then placeholders, then photos, and nothing moves', async () => {
    const plain = await openGallery(browser, tintype.url, { javaScriptEnabled: false })
    expect(await plain.page.getByRole('heading', { name: 'Tintype' }).isVisible()).toBe(true)
    await plain.page.context().close()

    const { page, layoutShift, complaints } = await openGallery(browser, 'about:blank')
    const [list, media] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await page.route(/photos\.list/, (route) => list.promise.then(() => route.continue()))
    await page.route(/\/media\//, (route) => media.promise.then(() => route.continue()))
    const later = page.waitForRequest(/later-parts/)
    let isLaterAsked = false
    void later.then(() => {
      isLaterAsked = true
    })
    await page.goto(tintype.url)
    await page.getByRole('button', { name: 'Settings' }).waitFor()
    // biome-ignore lint/performance/useDomNodeTextContent: a person does not read what is hidden
    expect(await page.locator('main').evaluate((one) => (one as HTMLElement).innerText.trim())).toBe('')
    expect(await axeViolations(page)).toEqual([])
    expect(isLaterAsked).toBe(false)
    list.resolve()
    await page.getByRole('gridcell').locator('.placeholder').waitFor()
    await later
    expect(await axeViolations(page)).toEqual([])
    media.resolve()
    const image = page.getByRole('img', { name: /^one.png/ })
    const isLoaded = () => image.evaluate((one) => (one as HTMLImageElement).naturalWidth > 0)
    await expect.poll(isLoaded, waiting).toBe(true)
    expect([await layoutShift(), complaints]).toEqual([0, []])
    await page.context().close()
  })

  test('empty: shows three ways to upload, and the photo that one of them sends', async () => {
    await using empty = await startTintype()
    const { page, layoutShift, complaints } = await openGallery(browser, empty.url, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const command = `curl -F file=@photo.jpg ${empty.url}/photos`
    await page.getByText(command).waitFor()
    const box = await page.getByRole('region', { name: 'No photos' }).boundingBox()
    expect(box?.height).toBeGreaterThanOrEqual(480)
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
    await page.getByRole('button', { name: 'Copy the example' }).click()
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText()), waiting).toBe(command)
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole('tab', { name: 'curl' }).focus()
    await page.keyboard.press('ArrowRight')
    await page
      .getByRole('tabpanel', { name: 'SDK' })
      .getByText(`createTintypeClient({ url: '${empty.url}' })`)
      .waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('ArrowRight')
    await page.getByRole('tabpanel', { name: 'React' }).getByText('@tintype/react').first().waitFor()
    expect(await axeViolations(page)).toEqual([])
    await uploadPhoto(empty.url, await picture(90), { filename: 'sent.png' })
    await page.getByRole('img', { name: /^sent.png/ }).waitFor()
    expect([await layoutShift(), complaints]).toEqual([0, []])
    await page.context().close()
  })

  test('a page that fails says so, and is loaded again by a click, and by itself after 1, 2 and 4 s', async () => {
    const { page, complaints } = await openGallery(browser, 'about:blank')
    await page.clock.install({ time: 0 })
    await page.clock.pauseAt(600_000)
    await page.addInitScript(() => {
      const { fetch } = globalThis
      const timesMs: number[] = []
      globalThis.fetch = (input, init) => {
        if (String(input).includes('photos.list')) timesMs.push(Date.now())
        return fetch(input, init)
      }
      Object.assign(globalThis, { timesMs })
    })
    let isFailing = true
    const json = {
      error: { message: 'Oops', code: -32603, data: { code: 'INTERNAL', status: 500, requestId: 'x' } },
    }
    // it would list the photos as well
    await page.route(/photos\.onChange/, () => {})
    await page.route(/photos\.list/, (route) =>
      isFailing
        ? route.fulfill({ status: 500, json: route.request().url().includes('batch') ? [json, json] : json })
        : route.continue(),
    )
    await page.goto(tintype.url)
    const alert = page.getByRole('alert').getByText('Something went wrong')
    /** The alert stays while the page is loaded again, because a reader would read another one each time. */
    const rests = page
      .getByRole('region', { name: 'Photos' })
      .and(page.locator('[aria-busy=false]'))
      .filter({ has: alert })
    const readTimesMs = () => page.evaluate(() => (globalThis as unknown as { timesMs: number[] }).timesMs)
    // the page's clock stands still except here, so it does not count how long an answer takes
    for (let count = 1; count <= 4; count++) {
      if (count > 1) await rests.waitFor()
      while ((await readTimesMs()).length < count) await page.clock.runFor(200)
    }
    const timesMs = await readTimesMs()
    const waitsMs = timesMs.slice(1).map((timeMs, at) => timeMs - (timesMs[at] ?? 0))
    expect(waitsMs.map((ms) => Math.floor(ms / 1000))).toEqual([1, 2, 4])
    await page.clock.resume()
    await alert.waitFor()
    expect(await axeViolations(page)).toEqual([])
    await alert.waitFor()
    isFailing = false
    await page.getByRole('button', { name: 'Try again' }).press('Enter')
    await page.getByRole('img', { name: /^one.png/ }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.querySelector('img')?.alt)).toMatch(/^one.png/)
    expect(complaints.filter((one) => !failedRequest.test(one))).toEqual([])
    await page.context().close()
  })

  test('a part of the page that cannot be loaded says so, and is loaded when it can be', async () => {
    const { page, complaints } = await openGallery(browser, 'about:blank')
    await page.route(/later-parts/, (route) => route.abort())
    await page.goto(`${tintype.url}`)
    const image = page.getByRole('img', { name: /^one.png/ })
    await image.waitFor()
    const sentence = page.locator('.notice', { hasText: 'could not be loaded. Reload the page.' })
    await page.getByRole('button', { name: 'Settings' }).click()
    await sentence.waitFor()
    await image.click()
    await expect.poll(() => page.url(), waiting).toBe(`${tintype.url}/`)
    expect(await axeViolations(page)).toEqual([])
    await page.unrouteAll()
    await page.reload()
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('dialog', { name: 'Settings' }).waitFor()
    await page.keyboard.press('Escape')
    await page.route(/open-photo-swipe/, (route) => route.abort())
    await image.click()
    await sentence.waitFor()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => page.url(), waiting).toBe(`${tintype.url}/`)

    await page.unrouteAll()
    const later = Promise.withResolvers<void>()
    await page.route(/later-parts/, (route) => later.promise.then(() => route.continue()))
    await page.reload()
    await image.waitFor()
    // a second click before the page is covered
    await image.evaluate((one) => {
      const link = one.closest('a')
      link?.click()
      link?.click()
    })
    const opening = page.getByRole('dialog', { name: 'Opening the photo' })
    const picture = opening.locator('img')
    const widthOf = () => picture.evaluate((one) => (one as HTMLImageElement).naturalWidth)
    await expect.poll(widthOf, waiting).toBe(91)
    expect(await axeViolations(page)).toEqual([])
    later.resolve()
    await page.getByRole('dialog', { name: 'one.png' }).waitFor()
    await page.goBack()
    await expect.poll(() => page.url(), waiting).toBe(`${tintype.url}/`)
    expect(complaints.filter((one) => !failedRequest.test(one))).toEqual([])
    await page.context().close()
  })

  test('offline: says so until the browser is online again', async () => {
    const { page, layoutShift, complaints } = await openGallery(browser, tintype.url)
    await page.getByRole('img', { name: /^one.png/ }).waitFor()
    await page.context().setOffline(true)
    const sentence = page.locator('.notice', {
      hasText: 'You are offline. Uploads continue when you are back.',
    })
    await sentence.waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.context().setOffline(false)
    await sentence.waitFor({ state: 'hidden' })
    expect([await layoutShift(), complaints.filter((one) => !failedRequest.test(one))]).toEqual([0, []])
    await page.context().close()
  })

  test('server away: the page and the tray say what they wait for, and go on when it is back', async () => {
    const { page, choose, layoutShift, complaints } = await openGallery(browser, 'about:blank')
    let isAway = true
    await page.route(/\/trpc\/|\/photos$/, (route) =>
      isAway ? route.abort('connectionrefused') : route.continue(),
    )
    await page.goto(tintype.url)
    await choose([{ name: 'two.png', mimeType: 'image/png', buffer: Buffer.from(await picture(92)) }])
    const tray = page.getByRole('complementary', { name: 'Uploads' })
    await tray.getByText('Waiting for the server').waitFor()
    const notice = page.locator('.notice', { hasText: 'The server does not answer. Reconnecting…' })
    await notice.waitFor()
    expect(await axeViolations(page)).toEqual([])
    isAway = false
    for (const name of [/^one.png/, /^two.png/]) await page.getByRole('img', { name }).waitFor()
    await notice.waitFor({ state: 'hidden' })
    expect([await layoutShift(), complaints.filter((one) => !failedRequest.test(one))]).toEqual([0, []])
    await page.context().close()
  })

  test('gone: the viewer of a photo that is deleted elsewhere says so, and the grid goes on', async () => {
    const { id } = await uploadPhoto(tintype.url, await picture(93), { filename: 'gone.png' })
    const { page, complaints } = await openGallery(browser, tintype.url)
    await page.getByRole('img', { name: /^gone.png/ }).click()
    await page.getByRole('dialog', { name: 'gone.png' }).waitFor()
    await mutate(tintype.url, 'photos.delete', { id })
    await page.locator('.notice', { hasText: 'This photo no longer exists.' }).waitFor()
    await page.getByRole('img', { name: /^one.png/ }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    // a picture of it may be requested at that moment
    expect(complaints.filter((one) => !failedRequest.test(one))).toEqual([])
    await page.context().close()
  })

  test('a photo whose picture cannot be loaded says so in the viewer', async () => {
    const { page, complaints } = await openGallery(browser, tintype.url)
    const image = page.getByRole('img', { name: /^one.png/ })
    await image.waitFor()
    await page.route(/\/media\//, (route) => route.abort())
    await image.click()
    await page.getByRole('dialog').getByText('This photo cannot be shown.').first().waitFor()
    expect(await axeViolations(page)).toEqual([])
    expect(complaints.filter((one) => !failedRequest.test(one))).toEqual([])
    await page.context().close()
  })

  test('over a photo that is open, the place to drop files is seen, and what is said of them is seen and read', async () => {
    const { page, complaints } = await openGallery(browser, tintype.url)
    await page.getByRole('img', { name: /^one.png/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    const drag = (type: string) =>
      page.evaluate((type) => {
        const data = new DataTransfer()
        for (const name of ['notes.txt', 'more.txt'])
          data.items.add(new File(['text'], name, { type: 'text/plain' }))
        const init = { bubbles: true, cancelable: true, dataTransfer: data }
        document.activeElement?.dispatchEvent(new DragEvent(type, init))
      }, type)
    await drag('dragover')
    const isOnTop = (one: Element) => one.matches(':popover-open')
    expect(await page.locator('.drop-overlay').evaluate(isOnTop)).toBe(true)
    await drag('drop')
    const sentence = '2 files were left out: they are hidden or no images'
    expect(await page.locator('.notice', { hasText: sentence }).evaluate(isOnTop)).toBe(true)
    await expect.poll(() => dialog.getByRole('status').textContent(), waiting).toContain(sentence)
    expect([await axeViolations(page), complaints]).toEqual([[], []])
    await page.context().close()
  })

  test('B245 a photo that cannot be loaded is asked for again, and then says its name', async () => {
    const { page, complaints } = await openGallery(browser, 'about:blank')
    await page.route(/\/media\//, (route) => route.fulfill({ status: 503 }))
    await page.goto(tintype.url)
    await expect.poll(() => page.getByRole('gridcell', { name: /one.png/ }).count(), waiting).toBe(1)
    expect(await axeViolations(page)).toEqual([])
    expect(complaints.filter((one) => !failedRequest.test(one))).toEqual([])
    await page.context().close()
  })

  test('an original and a rendition in a tab are in its middle, and the console stays empty', async () => {
    const { id, url } = await uploadPhoto(tintype.url, await picture(94), { filename: 'alone.png' })
    const { page, complaints } = await openGallery(browser, 'about:blank')
    for (const path of [url, `/media/${id}/thumb.webp`]) {
      await page.goto(new URL(path, tintype.url).href)
      const margins = await page.evaluate(() => {
        const { left, right, top, bottom } = document.images[0]?.getBoundingClientRect() ?? new DOMRect()
        return [left, innerWidth - right, top, innerHeight - bottom]
      })
      expect(margins[0]).toBeGreaterThan(100)
      expect(margins).toEqual([margins[0], margins[0], margins[2], margins[2]])
    }
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
