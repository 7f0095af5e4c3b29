/** How many tasks are done in a frame at most, once the first screen is drawn, and after how many milliseconds none is begun. */
const perFrame = 8
const perFrameMs = 2
/** The first screens of the widest windows have fewer photos. */
const atOnce = 150

const waiting = new Set<() => void>()
let left = atOnce
let nextFrame = 0

function run(): void {
  nextFrame = 0
  left = perFrame
  const endMs = performance.now() + perFrameMs
  for (const task of waiting) {
    if (left === 0 || performance.now() > endMs) break
    left--
    waiting.delete(task)
    task()
  }
  if (waiting.size > 0 || left < perFrame) nextFrame = requestAnimationFrame(run)
}

/** Does a task now, or in one of the next frames if many are done already. Returns what cancels it. */
export function inTurn(task: () => void): () => void {
  if (left > 0 && waiting.size === 0) {
    left--
    task()
  } else waiting.add(task)
  if (nextFrame === 0) nextFrame = requestAnimationFrame(run)
  return () => waiting.delete(task)
}
