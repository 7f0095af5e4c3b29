import type { Page } from 'playwright-core'

/** How long the longest transition or animation of anything that is shown takes, in milliseconds. */
export const longestMotionMs = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const shown = Array.from(document.querySelectorAll('*')).filter((one) => one.checkVisibility())
    const durations = shown.flatMap((one) => {
      const { transitionDuration, animationDuration } = getComputedStyle(one)
      return [transitionDuration, animationDuration].flatMap((list) => list.split(', '))
    })
    return Math.max(...durations.map((one) => Number.parseFloat(one) * 1000))
  })
