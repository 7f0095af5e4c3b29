import { openBrowser } from '../open-browser.ts'
import type { WebPage } from './web-page.ts'

/** A page of Chromium, driven by Playwright. */
export async function openChromiumPage(): Promise<WebPage> {
  const browser = await openBrowser()
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  return {
    async goto(url) {
      await page.goto(url)
    },
    evaluate: (call, ...args) => page.evaluate(`(${call})(...${JSON.stringify(args)})`),
    choose: (paths) => page.locator('input[type="file"]').setInputFiles([...paths]),
    press: (key) => page.keyboard.press(key),
    [Symbol.asyncDispose]: () => browser.close(),
  }
}
