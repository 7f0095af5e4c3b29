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
  await browser.startTracing(page, {
    categories: ['toplevel', 'v8', 'devtools.timeline', 'blink.user_timing'],
  })
  const scrolled = await page.evaluate(
    (stepPx) =>
      new Promise<{ frames: number; elements: number; heightPx: number }>((resolve) => {
        let frames = 0
        let elements = 0
        const frame = () => {
          performance.mark('tintype-frame')
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
  const framesMs = scriptAndLayoutMs(trace).sort((a, b) => a - b)
  const percentile = (part: number) => (framesMs[Math.floor(framesMs.length * part)] ?? 0).toFixed(1)
  console.table({
    photos: count,
    'height, px': scrolled.heightPx,
    frames: scrolled.frames,
    'tasks above 50 ms': tasks.filter(({ ms }) => ms > 50).length,
    'tasks above 50 ms of CPU time': cpuMs.filter((ms) => ms > 50).length,
    'longest task, ms of CPU time': Math.round(cpuMs.at(-1) ?? 0),
    'script and layout of a frame, ms of CPU time, median': percentile(0.5),
    'script and layout of a frame, ms of CPU time, 95 %': percentile(0.95),
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
  readonly ph?: string
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

interface Trace {
  readonly traceEvents: readonly TraceEvent[]
}

/** What the page's main thread has done. */
function mainThreadEvents({ traceEvents }: Trace): readonly TraceEvent[] {
  const threads = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  )
  return traceEvents.filter(({ pid, tid }) => threads.some((one) => one.pid === pid && one.tid === tid))
}

/** Its tasks: milliseconds on the clock, and of the processor. */
function mainThreadTasks(trace: Trace) {
  return mainThreadEvents(trace)
    .filter(({ name }) => name === 'ThreadControllerImpl::RunTask')
    .map(({ dur = 0, tdur = dur }) => ({ ms: dur / 1000, cpuMs: tdur / 1000 }))
}

/** Milliseconds of the processor that scripts, styles and layout took, for each frame. What is nested is counted once. */
function scriptAndLayoutMs(trace: Trace): number[] {
  const counted =
    /^(v8\.|V8\.|FunctionCall|FireAnimationFrame|EventDispatch|TimerFire|MinorGC|MajorGC|Layout$|UpdateLayoutTree)/
  const framesMs: number[] = []
  let endedAt = 0
  for (const { name, ph, ts, dur = 0, tdur = dur } of [...mainThreadEvents(trace)].sort(
    (a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0),
  )) {
    if (name === 'tintype-frame') framesMs.push(0)
    else if (ph === 'X' && ts >= endedAt && counted.test(name) && framesMs.length > 0) {
      endedAt = ts + dur
      framesMs[framesMs.length - 1] = (framesMs.at(-1) ?? 0) + tdur / 1000
    }
  }
  return framesMs
}
