import { type RefObject, useLayoutEffect, useState } from 'react'
import { usePreferences } from '../settings/preferences.ts'
import type { GridMetrics } from './justify-rows.ts'
import { gapPx, rowHeightFor } from './row-height.ts'

const scales = { small: 0.75, medium: 1, large: 1.4 }

/** The sizes of a grid that fills an element; `undefined` until the element is measured. */
export function useGridMetrics(element: RefObject<HTMLElement | null>): GridMetrics | undefined {
  const { size } = usePreferences()
  const [metrics, setMetrics] = useState<GridMetrics>()
  useLayoutEffect(() => {
    const box = element.current
    if (!box) return
    const measure = () => {
      const widthPx = box.clientWidth
      const targetPx = Math.round(rowHeightFor(window.innerWidth) * scales[size])
      // an element that is not displayed has no width
      if (widthPx === 0) return
      setMetrics((known) =>
        known?.widthPx === widthPx && known.targetPx === targetPx ? known : { widthPx, targetPx, gapPx },
      )
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(box)
    return () => observer.disconnect()
  }, [element, size])
  return metrics
}
