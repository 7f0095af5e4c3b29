import type { Browser, BrowserContextOptions, FileChooser, Page } from 'playwright-core'
import { listenForComplaints } from './listen-for-complaints.ts'
import { waiting } from './uploads.ts'

/** The gallery in a tab of its own. */
export interface GalleryPage {
  readonly page: Page
  readonly complaints: readonly string[]
  /** The cumulative layout shift so far: of everything that moved by itself. */
  layoutShift(): Promise<number>
  /** Chooses files, or the paths of files or of one folder, with a button of the page. */
  choose(files: Chosen, button?: string): Promise<void>
}

type Chosen = Parameters<FileChooser['setFiles']>[0]

/** Opens the page of a server. Closing its context ends it. */
export async function openGallery(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<GalleryPage> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  page.setDefaultTimeout(waiting.timeout)
  const complaints = listenForComplaints(page)
  await page.addInitScript(() => {
    const counted = globalThis as unknown as { layoutShift: number }
    counted.layoutShift = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[])
        if (!entry.hadRecentInput) counted.layoutShift += entry.value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.goto(url)
  return {
    page,
    complaints,
    layoutShift: () => page.evaluate(() => (globalThis as unknown as { layoutShift: number }).layoutShift),
    async choose(files, button = 'Upload photos') {
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: button }).click()
      await (await chooser).setFiles(files)
    },
  }
}
