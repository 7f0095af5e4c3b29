/** Above so many CSS pixels a millisecond nothing is read while it passes, so only placeholders are shown. */
const fastPxPerMs = 2
/** The page is at rest once it was not scrolled for so long, in milliseconds. */
const restMs = 100
/** How many tasks are done in a frame once the page is scrolled slowly. */
const perFrame = 8

const waiting = new Set<() => void>()
let isFast = false
let last = { px: 0, timeMs: 0 }
let isTimed = false
let nextFrame = 0

/** Whether the page is being scrolled so fast that photos only pass. */
export const isScrolledFast = (): boolean => isFast

/** Does a task once the page is scrolled slowly or rests, a few in each frame. Returns what cancels it. */
export function onceSlow(task: () => void): () => void {
  waiting.add(task)
  plan()
  return () => waiting.delete(task)
}

/** Follows how fast the page is scrolled, until the returned function is called. */
export function followScrollPace(): () => void {
  const follow = () => {
    const timeMs = performance.now()
    const ms = Math.max(1, Math.min(restMs, timeMs - last.timeMs))
    setFast(Math.abs(window.scrollY - last.px) / ms > fastPxPerMs)
    last = { px: window.scrollY, timeMs }
  }
  window.addEventListener('scroll', follow, { passive: true })
  return () => {
    window.removeEventListener('scroll', follow)
    setFast(false)
  }
}

function setFast(value: boolean): void {
  isFast = value
  if (isFast && !isTimed) timeRest(restMs)
  plan()
}

/** One timer at a time, because to set one at each event takes longer than the rest of this file. */
function timeRest(waitMs: number): void {
  isTimed = true
  setTimeout(() => {
    isTimed = false
    if (!isFast) return
    const leftMs = last.timeMs + restMs - performance.now()
    if (leftMs <= 0) setFast(false)
    else timeRest(leftMs)
  }, waitMs)
}

function plan(): void {
  if (!isFast && waiting.size > 0 && nextFrame === 0) nextFrame = requestAnimationFrame(run)
}

function run(): void {
  nextFrame = 0
  let left = isFast ? 0 : perFrame
  for (const task of waiting) {
    if (left-- <= 0) break
    waiting.delete(task)
    task()
  }
  plan()
}
