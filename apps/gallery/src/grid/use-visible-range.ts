import { type RefObject, useCallback, useLayoutEffect, useState } from 'react'

/** A part of an element, in CSS pixels from its top. */
export interface VisibleRange {
  readonly topPx: number
  readonly bottomPx: number
}

/**
 * The part of an element that is in the window, with one screen above it and one and a half below. Changes in steps.
 *
 * @returns the part, and what measures it at once, for a page that was scrolled before it is drawn
 */
export function useVisibleRange(
  element: RefObject<HTMLElement | null>,
): readonly [range: VisibleRange, measure: () => void] {
  const [range, setRange] = useState<VisibleRange>({ topPx: 0, bottomPx: 2 * window.innerHeight })
  const measure = useCallback(() => {
    const screenPx = window.innerHeight
    const stepPx = Math.max(1, Math.round(screenPx / 4))
    const scrolledPx = -(element.current?.getBoundingClientRect().top ?? 0)
    const topPx = Math.floor(scrolledPx / stepPx) * stepPx - screenPx
    const bottomPx = topPx + stepPx + 3.5 * screenPx
    setRange((known) => (known.topPx === topPx && known.bottomPx === bottomPx ? known : { topPx, bottomPx }))
  }, [element])
  useLayoutEffect(() => {
    const controller = new AbortController()
    let frame = 0
    const schedule = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0
        measure()
      })
    }
    measure()
    window.addEventListener('scroll', schedule, { passive: true, signal: controller.signal })
    window.addEventListener('resize', schedule, controller)
    return () => {
      controller.abort()
      cancelAnimationFrame(frame)
    }
  }, [measure])
  return [range, measure]
}
