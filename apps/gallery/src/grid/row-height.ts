/** Target height of the grid's rows, by the width of the window, both in CSS pixels. */
export function rowHeightFor(windowWidthPx: number): number {
  if (windowWidthPx < 480) return 104
  if (windowWidthPx < 1024) return 144
  if (windowWidthPx < 1600) return 168
  if (windowWidthPx < 2560) return 204
  return 248
}

/** Width ÷ height of a photo's box in the grid. Longer pictures are cut, so that none takes a whole screen. */
export function boxRatio({ width, height }: { readonly width: number; readonly height: number }): number {
  return Math.min(3, Math.max(0.5, width / height || 1))
}

/** Between photos, in CSS pixels. */
export const gapPx = 4
