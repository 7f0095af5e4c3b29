import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { endAnimations } from './end-animations.ts'

/**
 * What axe finds wrong with the accessibility of a page as it is now: one text for each rule, with the elements. The contrast is
 * checked in the light and in the dark colours.
 */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  await using _ = await withoutTransitions(page)
  const found = await run(page)
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
  await page.emulateMedia({ colorScheme: isDark ? 'light' : 'dark' })
  const inOtherColours = await run(page, ['color-contrast'])
  await page.emulateMedia({ colorScheme: isDark ? 'dark' : 'light' })
  return [...found, ...inOtherColours.map((one) => `${isDark ? 'light' : 'dark'}: ${one}`)]
}

/** Until it is disposed of, what changes in the page changes at once: axe takes longer than a transition that begins meanwhile. */
async function withoutTransitions(page: Page): Promise<AsyncDisposable> {
  const added = await page.evaluateHandle(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync('*, ::before, ::after { transition: none !important }')
    document.adoptedStyleSheets.push(sheet)
    return sheet
  })
  return {
    async [Symbol.asyncDispose]() {
      await page.evaluate((sheet) => {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
      }, added)
      await added.dispose()
    },
  }
}

async function run(page: Page, runOnly?: string[]): Promise<string[]> {
  // what is still faded in has not the contrast that it will have
  await endAnimations(page)
  return page.evaluate(
    async (options) => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(options)
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
    },
    runOnly ? { runOnly } : {},
  )
}
