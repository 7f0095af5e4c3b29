import { makeImage } from '@tintype/imaging/testing'
import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations } from '../support/axe-violations.ts'
import { openBrowser } from '../support/open-browser.ts'
import { openGallery } from '../support/open-gallery.ts'
import { expectSamePlace, namedPhotosInView, photosInView, untilStill } from '../support/photos-in-view.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { uploadPhoto } from '../support/upload.ts'
import { waiting } from '../support/uploads.ts'

const photoCount = 130
const sizes = [
  [90, 60],
  [60, 90],
  [80, 80],
  [120, 40],
  [40, 120],
] as const

describe('the grid of the gallery, in a real browser', () => {
  let browser: Browser
  let tintype: Tintype
  beforeAll(async () => {
    browser = await openBrowser()
    tintype = await startTintype()
    const pictures = await Promise.all(
      sizes.map(([width, height]) => makeImage({ width, height, format: 'png' })),
    )
    for (let at = 0; at < photoCount; at++) {
      const filename = `photo ${photoCount - at}.png`
      await uploadPhoto(tintype.url, pictures[(at * 3) % sizes.length] ?? new Uint8Array(), { filename })
    }
  })
  afterAll(async () => {
    await browser.close()
    await tintype[Symbol.asyncDispose]()
  })

  test.each([
    [320, 640, 'light'],
    [768, 1024, 'dark'],
    [1280, 800, 'light'],
    [1920, 1080, 'dark'],
    [3840, 2160, 'light'],
  ] as const)(
    '%i × %i, %s: fills the width, shifts nothing, and is accessible',
    async (width, height, colorScheme) => {
      const options = { viewport: { width, height }, colorScheme }
      const { page, layoutShift, complaints } = await openGallery(browser, tintype.url, options)
      await page.getByRole('gridcell').nth(20).waitFor()
      const box = await page.getByRole('row').first().boundingBox()
      const cells = await page.getByRole('row').first().getByRole('gridcell').all()
      const last = await cells.at(-1)?.boundingBox()
      expect(box && last && Math.abs(box.x + box.width - last.x - last.width)).toBeLessThan(1)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
      expect(await axeViolations(page)).toEqual([])
      expect([await layoutShift(), complaints]).toEqual([0, []])
      await page.context().close()
    },
  )

  test('shows what a photo is like before its first byte has come', async () => {
    const { page } = await openGallery(browser, 'about:blank')
    await page.route(/\/media\//, () => {})
    await page.goto(tintype.url)
    const preview = page.getByRole('gridcell').first().locator('.placeholder')
    await preview.waitFor()
    const opaque = await preview.evaluate(async (one) => {
      const image = new Image()
      image.src = getComputedStyle(one).backgroundImage.slice(5, -2)
      await image.decode()
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d')
      context?.drawImage(image, 0, 0)
      const pixels = context?.getImageData(0, 0, image.width, image.height).data ?? []
      return image.width > 1 && pixels.every((value, at) => at % 4 !== 3 || value === 255)
    })
    expect(opaque).toBe(true)
    await page.context().close()
  })

  test('photos that only pass are placeholders, and are loaded once the page rests', async () => {
    const { page } = await openGallery(browser, tintype.url, { viewport: { width: 320, height: 480 } })
    await page.getByRole('img', { name: /^photo 1\.png,/ }).waitFor()
    await page.locator('.load-more').waitFor({ state: 'detached' })
    // timers and frames of the page stand still except below
    await page.clock.install()
    await page.clock.pauseAt(Date.now() + 60_000)
    await page.evaluate(() => scrollTo(0, 1000))
    const pill = page.locator('.day-pill')
    const passing = page.locator('.grid [role="gridcell"]:not(:has(.tile-name))')
    const isDrawn = async () => {
      await page.clock.runFor(16)
      return (await passing.locator('.placeholder').count()) > 0
    }
    await expect.poll(isDrawn, waiting).toBe(true)
    expect(await passing.locator('img').count()).toBe(0)
    // all of them were uploaded by the beforeAll above
    const days = async () => {
      await page.clock.runFor(16)
      return pill.textContent()
    }
    await expect.poll(days, waiting).toMatch(/^\p{Letter}+ \d\d?(?: – \d\d?)?, \d{4}$/u)
    await pill.waitFor()
    await page.clock.runFor(200)
    await expect.poll(() => passing.count(), waiting).toBe(0)
    await page.clock.runFor(1000)
    await pill.waitFor({ state: 'hidden' })
    await page.context().close()
  })

  test('a picture that fails is requested again after 2 and 8 s, then its thumbnail, then an icon is shown', async () => {
    const { page } = await openGallery(browser, 'about:blank', { viewport: { width: 320, height: 480 } })
    await page.clock.install({ time: 0 })
    await page.clock.pauseAt(600_000)
    const requests: Route[] = []
    await page.route(/\/media\//, (route) => void requests.push(route))
    await page.goto(tintype.url)
    const tile = page.getByRole('gridcell').first().getByRole('link')
    const image = tile.locator('img')
    /** Fails the request of the image once it is sent. */
    const fail = async () => {
      const url = await image.evaluate((one) => (one as HTMLImageElement).src)
      await expect.poll(() => requests.some((one) => one.request().url() === url), waiting).toBe(true)
      for (const one of requests.splice(0)) await one.fulfill({ status: 503 })
    }
    // the page's clock stands still except in this function, so it does not count how long an answer takes
    const untilRequested = async () => {
      let waitMs = 0
      for (; (await image.count()) === 0; waitMs += 250) await page.clock.runFor(250)
      return waitMs
    }
    await untilRequested()
    for (const seconds of [2, 8]) {
      await fail()
      await expect.poll(() => image.count(), waiting).toBe(0)
      expect(Math.floor((await untilRequested()) / 1000)).toBe(seconds)
    }
    await fail()
    await expect.poll(() => image.getAttribute('srcset'), waiting).toBe(null)
    await fail()
    await tile.locator('.icon').waitFor()
    expect(await image.count()).toBe(0)
    await page.getByRole('link', { name: /^photo 1\.png,/ }).waitFor()
    await page.context().close()
  })

  test('loads more photos while it is scrolled, keeps few in the page, and shifts nothing', async () => {
    const { page, layoutShift, complaints } = await openGallery(browser, tintype.url, {
      viewport: { width: 320, height: 480 },
    })
    await page.getByRole('gridcell').first().waitFor()
    const isAtEnd = async () => {
      await page.mouse.wheel(0, 2000)
      return page.getByRole('img', { name: /^photo 130\.png,/ }).isVisible()
    }
    await page.mouse.move(100, 300)
    expect(await page.locator('.day-pill').isVisible()).toBe(false)
    await expect.poll(isAtEnd, waiting).toBe(true)
    expect(await page.getByRole('gridcell').count()).toBeLessThan(photoCount)
    await page.locator('.day-pill').waitFor({ state: 'hidden' })
    expect([await layoutShift(), complaints]).toEqual([0, []])
    await page.context().close()
  })

  test('a reload shows the same photos at the same place, and those before them are added above', async () => {
    const { page, layoutShift, complaints } = await openGallery(browser, tintype.url, {
      viewport: { width: 320, height: 480 },
    })
    await page.getByRole('gridcell').first().waitFor()
    await page.mouse.move(100, 300)
    const isBelow = async () => {
      await page.mouse.wheel(0, 700)
      return page.evaluate(() => scrollY > 1500)
    }
    await expect.poll(isBelow, waiting).toBe(true)
    await untilStill(page)
    const before = await namedPhotosInView(page)
    await expect.poll(() => placeIsKept(page), waiting).toBe(true)

    const backward = Promise.withResolvers<void>()
    const lists: string[] = []
    await page.route(/photos\.list/, async (route) => {
      lists.push(route.request().url())
      if (route.request().url().includes('backward')) await backward.promise
      await route.continue()
    })
    await page.reload()
    await page.getByRole('img', { name: before[0]?.name ?? '' }).waitFor()
    await expect.poll(() => lists.some((url) => url.includes('backward')), waiting).toBe(true)
    expect(lists[0]).toContain('around')
    const reloaded = await namedPhotosInView(page)
    expectSamePlace(reloaded.slice(0, 1), before.slice(0, 1))
    const scrolledPx = await page.evaluate(() => scrollY)
    backward.resolve()
    await expect.poll(() => page.evaluate(() => scrollY), waiting).toBeGreaterThan(scrolledPx)
    expectSamePlace(await photosInView(page), reloaded)

    await page.setViewportSize({ width: 640, height: 480 })
    await expect.poll(async () => (await photosInView(page)).length, waiting).not.toBe(reloaded.length)
    // a photo has its name once the page rests
    const namesInView = async () => (await photosInView(page)).map(({ name }) => name)
    await expect.poll(namesInView, waiting).toContain(before[0]?.name)

    const isAtTop = async () => {
      await page.mouse.wheel(0, -2000)
      const isThere = await page.getByRole('img', { name: /^photo 1\.png,/ }).isVisible()
      return isThere && page.evaluate(() => scrollY === 0)
    }
    await expect.poll(isAtTop, waiting).toBe(true)
    expect([await layoutShift(), complaints]).toEqual([0, []])
    await expect.poll(() => placeIsKept(page), waiting).toBe(false)
    await page.reload()
    await page.getByRole('img', { name: /^photo 1\.png,/ }).waitFor()
    expect(lists.at(-1)).not.toContain('around')
    await page.context().close()
  })

  test('the farthest photos are removed above a height, and come back; those in view do not move', async () => {
    const { page, layoutShift, complaints } = await openGallery(browser, 'about:blank', {
      viewport: { width: 320, height: 160 },
    })
    // a fraction of the height, so that 130 photos reach it
    await page.route(/\/assets\/index-/, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: (await response.text()).replace('8e6', '3500') })
    })
    const around = Promise.withResolvers<void>()
    let isHeld = false
    await page.route(/photos\.list.*around/, async (route) => {
      isHeld = true
      await around.promise
      await route.continue()
    })
    await page.goto(tintype.url)
    await page.getByRole('gridcell').first().waitFor()
    await page.mouse.move(100, 100)
    const isTooHigh = async () => {
      if (!isHeld) await page.mouse.wheel(0, 300)
      return isHeld
    }
    await expect.poll(isTooHigh, waiting).toBe(true)
    await untilStill(page)
    const before = await namedPhotosInView(page)
    const gridPx = () => page.locator('.grid').evaluate((grid) => grid.clientHeight)
    expect(await gridPx()).toBeGreaterThan(3500)
    around.resolve()
    await expect.poll(gridPx, waiting).toBeLessThan(3500)
    expectSamePlace(await namedPhotosInView(page), before)
    for (const [name, wheelPx] of [
      [/^photo 130\.png,/, 300],
      [/^photo 1\.png,/, -300],
    ] as const) {
      const isAtEnd = async () => {
        await page.mouse.wheel(0, wheelPx)
        return page.getByRole('img', { name }).isVisible()
      }
      await expect.poll(isAtEnd, waiting).toBe(true)
    }
    expect([await layoutShift(), complaints]).toEqual([0, []])
    await page.context().close()
  })

  test('is one tab stop, and keys move in it, open a photo and come back to it', async () => {
    const { page } = await openGallery(browser, tintype.url)
    const focused = () => page.evaluate(() => document.activeElement?.querySelector('img')?.alt.split(',')[0])
    await page.getByRole('gridcell').nth(20).waitFor()
    await page.getByRole('button', { name: 'Settings' }).focus()
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('photo 1.png')
    await page.keyboard.press('ArrowRight')
    expect(await focused()).toBe('photo 2.png')
    await page.keyboard.press('ArrowDown')
    const below = await focused()
    expect(below).not.toBe('photo 2.png')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Home')
    expect(await focused()).toBe('photo 1.png')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'photo 1.png' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('ArrowRight')
    await page.getByRole('dialog', { name: 'photo 2.png' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(focused, waiting).toBe('photo 2.png')
    await page.keyboard.press('Control+End')
    await expect.poll(focused, waiting).not.toBe('photo 2.png')
    await page.keyboard.press('Control+Home')
    await expect.poll(focused, waiting).toBe('photo 1.png')
    await page.keyboard.press('Shift+Tab')
    expect(await focused()).toBe(undefined)

    await page.evaluate(() => scrollTo(0, 1000))
    await page.getByRole('combobox', { name: 'Search photos' }).fill('photo')
    await expect.poll(() => page.evaluate(() => scrollY), waiting).toBe(0)
    await page.context().close()
  })
})

const placeIsKept = (page: Page) => page.evaluate(() => 'offset' in (history.state ?? {}))
