import type { Page } from 'playwright-core'
import { mutate } from './call.ts'
import { drawLandscape, landscapes } from './draw-landscape.ts'

/** One thing that the page can show, and how it comes to show it. */
export interface Scene {
  readonly name: string
  /** Which server it needs: one with photos, one without any, or one that needs a key. */
  readonly server: 'full' | 'empty' | 'closed'
  /** @default 320 and 1280 pixels */
  readonly widths?: readonly number[]
  readonly show: (page: Page) => Promise<void>
}

/** The key of the administrator of the server that needs one. */
export const adminKey = 'a-key-of-at-least-32-characters-x'

/** Heights of the windows, by their widths, in pixels. */
export const heights: Record<number, number> = { 320: 640, 768: 1024, 1280: 800, 1920: 1080, 3840: 2160 }

interface ChosenFile {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

/** A file that the server refuses. */
const notes = { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('These are notes.') }

async function choose(page: Page, files: readonly ChosenFile[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Upload photos' }).click()
  await (await chooser).setFiles([...files])
}

/** Every photo in view is loaded. */
async function waitForPhotos(page: Page): Promise<void> {
  await page.getByRole('gridcell').nth(5).waitFor()
  await untilLoaded(page)
}

/** Every image of the page is loaded. The network is never idle, because the page follows changes. */
async function untilLoaded(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    Array.from(document.images).every(({ complete, naturalWidth }) => complete && naturalWidth > 0),
  )
}

/** What `docs/screenshots` shows. */
export const scenes: readonly Scene[] = [
  { name: 'grid', server: 'full', widths: [320, 768, 1280, 1920, 3840], show: waitForPhotos },
  {
    name: 'lightbox',
    server: 'full',
    async show(page) {
      await page.getByRole('gridcell').nth(4).getByRole('link').click()
      await page.locator('.pswp__img').first().waitFor()
      await page.getByRole('button', { name: 'Info' }).click()
      await untilLoaded(page)
    },
  },
  {
    name: 'tray',
    server: 'full',
    async show(page) {
      await waitForPhotos(page)
      // uploads do not end, so that the tray stays
      await page.route(/\/photos$/, () => {})
      await choose(
        page,
        await Promise.all(
          [1, 2, 3, 4, 5].map(async (at) => ({
            name: `summer ${at}.jpg`,
            mimeType: 'image/jpeg',
            buffer: await drawLandscape(600, at % 2 === 0 ? 800 : 400, at * 50),
          })),
        ),
      )
      await page.getByRole('button', { name: 'Show files' }).click()
      await page.getByText('summer 5.jpg').waitFor()
      await page.waitForFunction(() =>
        Array.from(document.querySelectorAll<HTMLCanvasElement>('.upload-preview')).every(
          (one) => one.getContext('2d')?.getImageData(40, 40, 1, 1).data[3],
        ),
      )
    },
  },
  {
    name: 'twins',
    server: 'full',
    async show(page) {
      await waitForPhotos(page)
      await choose(
        page,
        await Promise.all(
          landscapes.slice(0, 2).map(async ([name, width, height, hue]) => ({
            name,
            mimeType: 'image/jpeg',
            buffer: await drawLandscape(width, height, hue),
          })),
        ),
      )
      await page.getByRole('complementary', { name: 'Uploads' }).getByText('2 photos are already').waitFor()
    },
  },
  { name: 'empty', server: 'empty', show: (page) => page.getByText('There are no photos yet').waitFor() },
  {
    name: 'errors',
    server: 'full',
    async show(page) {
      await waitForPhotos(page)
      const empty = { ...notes, name: 'summer.jpg', buffer: Buffer.alloc(0) }
      await choose(page, [notes, empty])
      await page.getByRole('button', { name: 'Dismiss notes.jpg' }).waitFor()
      await page.getByText('This file is empty.').waitFor()
    },
  },
  { name: 'key', server: 'closed', show: (page) => page.getByLabel('Key', { exact: true }).waitFor() },
  {
    name: 'read-only',
    server: 'closed',
    async show(page) {
      const admin = { authorization: `Bearer ${adminKey}` }
      const url = page.url().replace(/\/$/, '')
      const made = await mutate<{ key: string }>(url, 'keys.create', { name: 'see', scopes: ['read'] }, admin)
      await page.getByLabel('Key', { exact: true }).fill(made.data?.key ?? '')
      await page.getByRole('button', { name: 'Use key' }).click()
      await waitForPhotos(page)
    },
  },
]
