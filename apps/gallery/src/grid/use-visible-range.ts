import { type RefObject, useLayoutEffect, useState } from 'react'

/** A part of an element, in CSS pixels from its top. */
export interface VisibleRange {
  readonly topPx: number
  readonly bottomPx: number
}

/** The part of an element that is in the window, with one screen above it and one and a half below. Changes in steps. */
export function useVisibleRange(element: RefObject<HTMLElement | null>): VisibleRange {
  const [range, setRange] = useState<VisibleRange>({ topPx: 0, bottomPx: 2 * window.innerHeight })
  useLayoutEffect(() => {
    const controller = new AbortController()
    let frame = 0
    const measure = () => {
      frame = 0
      const screenPx = window.innerHeight
      const stepPx = Math.max(1, Math.round(screenPx / 4))
      const scrolledPx = -(element.current?.getBoundingClientRect().top ?? 0)
      const topPx = Math.floor(scrolledPx / stepPx) * stepPx - screenPx
      const bottomPx = topPx + stepPx + 3.5 * screenPx
      setRange((known) =>
        known.topPx === topPx && known.bottomPx === bottomPx ? known : { topPx, bottomPx },
      )
    }
    const schedule = () => {
      frame ||= requestAnimationFrame(measure)
    }
    measure()
    window.addEventListener('scroll', schedule, { passive: true, signal: controller.signal })
    window.addEventListener('resize', schedule, controller)
    return () => {
      controller.abort()
      cancelAnimationFrame(frame)
    }
  }, [element])
  return range
}
