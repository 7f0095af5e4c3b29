import type { Page } from 'playwright-core'

/** Two fingers move apart on a page that can be touched, from one distance to another, in CSS pixels, at its middle. */
export async function pinch(
  page: Page,
  { fromPx, toPx }: { readonly fromPx: number; readonly toPx: number },
) {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 }
  const devtools = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', distancePx?: number) => {
    const sides = distancePx === undefined ? [] : [-distancePx / 2, distancePx / 2]
    const touchPoints = sides.map((x, id) => ({ x: width / 2 + x, y: height / 2, id }))
    return devtools.send('Input.dispatchTouchEvent', { type, touchPoints })
  }
  await touch('touchStart', fromPx)
  const steps = 10
  for (let step = 1; step <= steps; step++)
    await touch('touchMove', fromPx + ((toPx - fromPx) * step) / steps)
  await touch('touchEnd')
}
