import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listPhotos } from '../support/list-photos.ts'
import { openBrowser } from '../support/open-browser.ts'
import { openGallery } from '../support/open-gallery.ts'
import type { Tintype } from '../support/start-tintype.ts'
import { startWithPhotos } from '../support/start-with-photos.ts'
import { waiting } from '../support/uploads.ts'

describe('deleting photos in the gallery, in a real browser', () => {
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
  test('deletes a photo some seconds later, and not at all if that is undone', async () => {
    const { page } = await openGallery(browser, tintype.url)
    await page.getByRole('img', { name: 'photo 2.jpg' }).click()
    await dialog(page, 'photo 2.jpg').waitFor()
    const names = async () => (await listPhotos(tintype)).map(({ filename }) => filename)
    const deleted = page.locator('.toast', { hasText: 'Photo deleted' })
    await page.clock.install()
    await page.keyboard.press('Delete')
    await dialog(page, 'photo 3.jpg').waitFor()
    await deleted.waitFor()
    expect((await listPhotos(tintype)).length).toBe(5)
    await page.getByRole('button', { name: 'Undo' }).click()
    await dialog(page, 'photo 2.jpg').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('img', { name: 'photo 2.jpg' }).click()
    await dialog(page, 'photo 2.jpg').waitFor()
    await page.keyboard.press('Delete')
    await deleted.waitFor()
    expect(await page.getByRole('img', { name: /^photo 2.jpg,/ }).count()).toBe(0)
    await page.getByRole('button', { name: 'Undo' }).hover()
    // until the page has seen the pointer
    await page.clock.runFor(500)
    await page.clock.fastForward('01:00')
    expect([await deleted.count(), (await names()).length]).toEqual([1, 5])
    await page.mouse.move(640, 300)
    await page.clock.runFor(500)
    await page.clock.fastForward('00:10')
    await expect.poll(names, waiting).toEqual(['photo 1.jpg', 'photo 3.jpg', 'photo 4.jpg', 'photo 5.jpg'])
    await page.keyboard.press('Delete')
    await dialog(page, 'photo 4.jpg').waitFor()
    await deleted.waitFor()
    // leaving the page deletes at once
    await page.goto('about:blank')
    await expect.poll(names, waiting).toEqual(['photo 1.jpg', 'photo 4.jpg', 'photo 5.jpg'])
    await page.context().close()
  })

  test('deletes a photo after a question although the page is left before the server has answered', async () => {
    const { page } = await openGallery(browser, tintype.url)
    await page.evaluate(() => localStorage.setItem('tintype', '{"asksBeforeDeleting":true}'))
    await page.reload()
    const isThere = async () => (await listPhotos(tintype)).some(({ filename }) => filename === 'photo 1.jpg')
    await page.getByRole('img', { name: 'photo 1.jpg' }).click()
    await dialog(page, 'photo 1.jpg').waitFor()
    // the first request is lost, and would be repeated later
    await page.evaluate(() => {
      const send = globalThis.fetch
      let isLost = false
      globalThis.fetch = (input, init) => {
        const isFirst = !isLost && String(input instanceof Request ? input.url : input).includes('deleteMany')
        isLost ||= isFirst
        return isFirst ? new Promise(() => {}) : send(input, init)
      }
    })
    await page.keyboard.press('Delete')
    await dialog(page, 'Delete this photo?').getByRole('button', { name: 'Delete' }).click()
    await page.locator('.notice', { hasText: 'Photo deleted' }).waitFor()
    expect(await isThere()).toBe(true)
    await page.goto('about:blank')
    await expect.poll(isThere, waiting).toBe(false)
    await page.context().close()
  })
})
