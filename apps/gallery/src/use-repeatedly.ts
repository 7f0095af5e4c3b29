import { useEffect, useEffectEvent, useRef } from 'react'

/**
 * Calls a function again and again, while the page is in view.
 *
 * @param waitsMs milliseconds before the first call, the second and so on; the last one holds for all that follow. Absent: no
 * calls. The same array each time.
 * @param isRunning whether one of the calls has not ended yet; otherwise absent waits mean that the next ones begin with the first
 */
export function useRepeatedly(
  call: () => Promise<unknown>,
  waitsMs: readonly number[] | undefined,
  isRunning = false,
): void {
  const count = useRef(0)
  const latest = useEffectEvent(call)
  useEffect(() => {
    if (!waitsMs) {
      if (!isRunning) count.current = 0
      return
    }
    let timer: ReturnType<typeof setTimeout>
    let isEnded = false
    const plan = () => {
      if (isEnded) return
      timer = setTimeout(run, waitsMs[Math.min(count.current, waitsMs.length - 1)])
    }
    const run = () => {
      if (document.hidden) plan()
      else {
        count.current++
        void latest().then(plan)
      }
    }
    plan()
    return () => {
      isEnded = true
      clearTimeout(timer)
    }
  }, [waitsMs, isRunning])
}
