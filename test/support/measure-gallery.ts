/**
 * Measures the page with 10 000 photos: scrolls through them to the last one, then uploads some, and prints what that cost.
 *
 * npm run build && npm run measure:gallery [-- count]
 */
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drawLandscape } from './draw-landscape.ts'
import { multiplyPhotos } from './multiply-photos.ts'
import { openBrowser } from './open-browser.ts'
import { openGallery } from './open-gallery.ts'
import { startTintype } from './start-tintype.ts'
import { uploadPhoto } from './upload.ts'

const count = Number(process.argv[2] ?? 10_000)
/** Pixels that the page is scrolled by in each frame. */
const stepPx = 300
const sizes = [
  [900, 600],
  [600, 900],
  [800, 800],
  [800, 600],
] as const

await using directory = await mkdtempDisposable(join(tmpdir(), 'tintype-measure-'))
const dataDirectory = directory.path
{
  await using seeding = await startTintype({ dataDirectory })
  for (let at = 0; at < 20; at++) {
    const [width, height] = sizes[at % sizes.length] ?? [800, 600]
    const filename = `photo ${at}.jpg`
    await uploadPhoto(seeding.url, await drawLandscape(width, height, at * 18), { filename })
  }
  await seeding.stop()
}
multiplyPhotos(dataDirectory, count)

await using tintype = await startTintype({ dataDirectory })
const browser = await openBrowser()
try {
  const viewport = { width: 1280, height: 800 }
  const { page, complaints, layoutShift, choose } = await openGallery(browser, 'about:blank', { viewport })
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const readTimes = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
  }
  await page.goto(tintype.url)
  await page.getByRole('gridcell').nth(10).waitFor()
  await browser.startTracing(page, { categories: ['toplevel'] })
  const before = await readTimes()
  const scrolled = await page.evaluate(
    (stepPx) =>
      new Promise<{ frames: number; elements: number; heightPx: number }>((resolve) => {
        let frames = 0
        let elements = 0
        const frame = () => {
          frames++
          elements = Math.max(elements, document.querySelectorAll('*').length)
          const isAtEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1
          const heightPx = document.documentElement.scrollHeight
          if (isAtEnd && !document.querySelector('.load-more')) return resolve({ frames, elements, heightPx })
          scrollBy(0, stepPx)
          requestAnimationFrame(frame)
        }
        requestAnimationFrame(frame)
      }),
    stepPx,
  )
  const after = await readTimes()
  const trace = JSON.parse((await browser.stopTracing()).toString())
  await devtools.send('HeapProfiler.collectGarbage')
  const { JSHeapUsedSize: heapByteSize = 0 } = await readTimes()

  await page.evaluate(() => scrollTo(0, 0))
  const files = await Promise.all(
    Array.from({ length: 12 }, async (_, at) => ({
      name: `new ${at}.jpg`,
      mimeType: 'image/jpeg',
      buffer: await drawLandscape(700 + at, 500, at * 30),
    })),
  )
  await choose(files)
  await page.getByRole('img', { name: /^new 11\.jpg/ }).waitFor()
  await page.getByRole('complementary', { name: 'Uploads' }).waitFor({ state: 'detached' })

  const tasks = mainThreadTasks(trace)
  const cpuMs = tasks.map(({ cpuMs }) => cpuMs).sort((a, b) => a - b)
  const perFrameMs = (name: string) => ((after[name] ?? 0) - (before[name] ?? 0)) * (1000 / scrolled.frames)
  const scriptAndLayoutMs = ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'].map(perFrameMs)
  console.table({
    photos: count,
    'height, px': scrolled.heightPx,
    frames: scrolled.frames,
    'tasks above 50 ms': tasks.filter(({ ms }) => ms > 50).length,
    'tasks above 50 ms of CPU time': cpuMs.filter((ms) => ms > 50).length,
    'longest task, ms of CPU time': Math.round(cpuMs.at(-1) ?? 0),
    'script and layout a frame, ms of CPU time': scriptAndLayoutMs.reduce((sum, ms) => sum + ms).toFixed(1),
    'elements, most': scrolled.elements,
    'heap after it, MB': (heapByteSize / 1e6).toFixed(1),
    'layout shift, uploads included': await layoutShift(),
    complaints: [...new Set(complaints)].join(', ') || 'none',
  })
} finally {
  await browser.close()
}

interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** What the page's main thread has done: milliseconds on the clock, and of the processor. */
function mainThreadTasks({ traceEvents }: { readonly traceEvents: readonly TraceEvent[] }) {
  const threads = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  )
  const isMain = ({ pid, tid }: TraceEvent) => threads.some((one) => one.pid === pid && one.tid === tid)
  return traceEvents
    .filter((event) => event.name === 'ThreadControllerImpl::RunTask' && isMain(event))
    .map(({ dur = 0, tdur = dur }) => ({ ms: dur / 1000, cpuMs: tdur / 1000 }))
}
