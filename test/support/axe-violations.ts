import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { endAnimations } from './end-animations.ts'

/** What axe finds wrong with the accessibility of a page as it is now: one text for each rule, with the elements. */
export async function axeViolations(page: Page): Promise<string[]> {
  // what is still faded in has not the contrast that it will have
  await endAnimations(page)
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
}
