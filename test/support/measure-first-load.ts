/**
 * Measures the first load of the page, on a slow connection and a slow processor: what it transfers before its first photo, when
 * its largest part is shown, and what moves.
 *
 * npm run build && npm run measure:first-load
 */
import type { Browser } from 'playwright-core'
import { drawLandscape, landscapes } from './draw-landscape.ts'
import { openBrowser } from './open-browser.ts'
import { openGallery } from './open-gallery.ts'
import { startTintype } from './start-tintype.ts'
import { uploadPhoto } from './upload.ts'

/** 1.6 Mbit/s and 150 ms, as a browser's “slow 4G”, and a processor of a quarter of the speed. */
const network = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 }
const cpuSlowdown = 4
const loadCount = 5

interface FirstLoad {
  readonly requests: string[]
  readonly byteSizes: Record<string, number>
  readonly largestPaintMs: number
  /** Of the page's main thread until its first photos are shown, in time of the processor: the slow one. */
  readonly busyMs: number
  readonly layoutShift: number
}

await using tintype = await startTintype()
for (const [filename, width, height, hue] of landscapes)
  await uploadPhoto(tintype.url, await drawLandscape(width, height, hue), { filename })
const browser = await openBrowser()
try {
  // its renditions are made then
  await load(browser, tintype.url)
  const loads: FirstLoad[] = []
  for (let count = 0; count < loadCount; count++) loads.push(await load(browser, tintype.url))
  const [first] = loads
  if (!first) throw new Error('Nothing was loaded')
  console.log(first.requests.join('\n'))
  console.table({
    'requests before the first photo': first.requests.length,
    ...Object.fromEntries(
      Object.entries(first.byteSizes).map(([type, byteSize]) => [
        `${type}, bytes with their headers`,
        byteSize,
      ]),
    ),
    'largest contentful paint, ms': loads.map(({ largestPaintMs }) => Math.round(largestPaintMs)).join(', '),
    'main thread, ms of CPU time': loads.map(({ busyMs }) => Math.round(busyMs)).join(', '),
    'layout shift': Math.max(...loads.map(({ layoutShift }) => layoutShift)),
  })
} finally {
  await browser.close()
}

/** Loads the page once, with an empty cache, until its first photos are shown. */
async function load(browser: Browser, url: string): Promise<FirstLoad> {
  const { page, layoutShift } = await openGallery(browser, 'about:blank', {
    viewport: { width: 1280, height: 800 },
  })
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', network)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown })
  const requests: string[] = []
  const byteSizes: Record<string, number> = {}
  const typeOf = new Map<string, string>()
  let hasPhoto = false
  devtools.on('Network.requestWillBeSent', ({ requestId, request, type = 'Other' }) => {
    // previews have come with the list
    if (request.url.startsWith('data:')) return
    hasPhoto ||= request.url.includes('/media/')
    if (hasPhoto) return
    typeOf.set(requestId, type)
    requests.push(`${type} ${request.url.slice(url.length, url.length + 80)}`)
  })
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const type = typeOf.get(requestId)
    if (type !== undefined) byteSizes[type] = (byteSizes[type] ?? 0) + encodedDataLength
  })
  await page.addInitScript(() => {
    new PerformanceObserver((list) => {
      Object.assign(globalThis, { largestPaintMs: list.getEntries().at(-1)?.startTime })
    }).observe({ type: 'largest-contentful-paint', buffered: true })
  })
  await page.goto(url)
  await page.waitForFunction(() => {
    const images = Array.from(document.images)
    return images.length > 5 && images.every(({ complete, naturalWidth }) => complete && naturalWidth > 0)
  })
  // a paint is reported after the frame that it is in
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
  const largestPaintMs = await page.evaluate(
    () => (globalThis as unknown as { largestPaintMs: number }).largestPaintMs,
  )
  const { metrics } = await devtools.send('Performance.getMetrics')
  const busyMs = 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0)
  const moved = await layoutShift()
  await page.context().close()
  return { requests, byteSizes, largestPaintMs, busyMs, layoutShift: moved }
}
