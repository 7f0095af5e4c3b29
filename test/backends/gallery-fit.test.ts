import { makeImage } from '@tintype/imaging/testing'
import type { Browser, Page } from 'playwright-core'
import type { Rollup } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeViolations } from '../support/axe-violations.ts'
import { findMisfits } from '../support/find-misfits.ts'
import { openBrowser } from '../support/open-browser.ts'
import { openGallery } from '../support/open-gallery.ts'
import { buildLengthened, lengthen, serveBuild } from '../support/pseudo-locale.ts'
import { startTintype, type Tintype } from '../support/start-tintype.ts'
import { uploadPhoto } from '../support/upload.ts'

describe('the gallery fits into narrow windows and other languages, in a real browser', () => {
  let browser: Browser
  let tintype: Tintype
  let empty: Tintype
  let lengthened: Rollup.RollupOutput
  beforeAll(async () => {
    ;[browser, tintype, empty, lengthened] = await Promise.all([
      openBrowser(),
      startTintype(),
      startTintype(),
      buildLengthened(),
    ])
    for (const at of [6, 5, 4, 3, 2, 1]) {
      const picture = await makeImage({ width: 90 + at, height: 60, format: 'png' })
      await uploadPhoto(tintype.url, picture, { filename: `photo ${at}.png`, tags: ['sea', 'low tide'] })
    }
  })
  afterAll(async () => {
    await browser.close()
    for (const one of [tintype, empty]) await one[Symbol.asyncDispose]()
  })

  /** The parts whose accessibility is checked here, because no other test shows them in a narrow window. */
  const checked = ['settings', 'selection', 'copy menu', 'tray']

  /** Shows one part of the page after the other, and names what does not fit in each. */
  async function walk(
    page: Page,
    { targetPx, hasAxe }: { readonly targetPx: number; readonly hasAxe: boolean },
  ): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {}
    const look = async (part: string) => {
      const misfits = await findMisfits(page, { targetPx })
      if (hasAxe && checked.includes(part)) misfits.push(...(await axeViolations(page)))
      if (misfits.length > 0) found[part] = misfits
    }
    const button = (name: string) => page.getByRole('button', { name: lengthen(name), exact: true })
    const firstPhoto = page.getByRole('gridcell').first().getByRole('link')

    await firstPhoto.waitFor()
    await look('grid')
    await button('View').click()
    await page.getByRole('menu').waitFor()
    await look('view menu')
    await page.keyboard.press('Escape')
    await button('Settings').click()
    await page.getByText(lengthen('Ready'), { exact: true }).waitFor()
    await look('settings')
    await page.keyboard.press('Escape')

    await firstPhoto.focus()
    await page.keyboard.press('Space')
    await button('Tag').waitFor()
    await look('selection')
    await button('Tag').click()
    await page.getByRole('dialog').waitFor()
    await look('tags')
    await page.keyboard.press('Escape')
    await button('Select nothing').click()

    await firstPhoto.focus()
    await page.keyboard.press('Enter')
    await page.locator('.pswp__img').first().waitFor()
    await look('lightbox')
    for (const [key, part] of [
      ['c', 'copy menu'],
      ['d', 'download menu'],
    ] as const) {
      await page.keyboard.press(key)
      await page.getByRole('menu').waitFor()
      await look(part)
      await page.keyboard.press('Escape')
    }
    await page.keyboard.press('i')
    await page.getByRole('complementary').waitFor()
    await look('panel')
    await page.keyboard.press('Delete')
    await button('Undo').waitFor()
    await look('deletion')
    await button('Undo').click()
    await page.keyboard.press('Escape')

    const chooser = page.waitForEvent('filechooser')
    await button('Upload photos').click()
    const file = { name: 'notes.jpg', mimeType: 'image/jpeg' }
    await (await chooser).setFiles([
      { ...file, buffer: Buffer.from('These are notes.') },
      { ...file, buffer: Buffer.alloc(0) },
    ])
    await button('Clear').waitFor()
    await look('tray')
    await button('Clear').click()

    await page.goto(`${tintype.url}/?q=nothing&tag=sea`)
    await button('Show all photos').waitFor()
    await look('nothing found')
    await page.goto(empty.url)
    await button('Copy the example').waitFor()
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click()
      await look(`empty, ${await tab.textContent()}`)
    }
    return found
  }

  // 320 × 256 is a window of 1280 × 1024 at a zoom of 400 %
  test.each([
    [{ viewport: { width: 320, height: 256 } }, 'ltr', 24],
    [{ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true }, 'rtl', 44],
    [{ viewport: { width: 1280, height: 800 } }, 'ltr', 24],
  ] as const)(
    'nothing is cut with texts that are two fifths longer: %o, %s',
    async (options, direction, targetPx) => {
      const { page, complaints } = await openGallery(browser, 'about:blank', options)
      await serveBuild(page, lengthened, direction)
      await page.goto(tintype.url)
      const found = await walk(page, { targetPx, hasAxe: direction === 'rtl' })
      expect([found, complaints]).toEqual([{}, []])
      await page.context().close()
    },
  )
})
