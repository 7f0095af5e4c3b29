/** Sizes of a justified grid, in CSS pixels. */
export interface GridMetrics {
  readonly widthPx: number
  /** The height that rows should have. Most have 0.7 to 1.5 of it. */
  readonly targetPx: number
  readonly gapPx: number
}

/** Neighbours that fill one line of the grid. */
export interface Row<Item> {
  readonly items: readonly Item[]
  readonly heightPx: number
  /** Whether it reaches from side to side. Only the last row may not. */
  readonly isFull: boolean
}

const lowest = 0.7
const highest = 1.5
/** A last row that is filled to this part is stretched to the whole width. */
const nearlyFull = 0.85

/** Height at which photos fill a width. */
const heightOf = (ratioSum: number, count: number, { widthPx, gapPx }: GridMetrics) =>
  (widthPx - gapPx * (count - 1)) / ratioSum

/** The best way to break the photos before one of them: where its last row begins, and what it costs altogether. */
interface Break {
  readonly from: number
  readonly cost: number
  readonly row: { readonly heightPx: number; readonly isFull: boolean; readonly isInRange: boolean }
}

/**
 * Breaks photos into rows of one width. The breaks are those whose rows differ least from the target height, each photo of a
 * row counted: the shortest path over all possible breaks, as TeX breaks lines.
 *
 * @param ratioOf width ÷ height of a photo
 * @param canStop whether rows may end before this photo, because those that follow are known already
 */
export function justifyRows<Item>(
  items: readonly Item[],
  metrics: GridMetrics,
  ratioOf: (item: Item) => number,
  canStop: (index: number) => boolean = () => false,
): readonly Row<Item>[] {
  const breaks: Break[] = []
  for (let end = 1; end <= items.length; end++) {
    const best = findBreak(end)
    breaks[end] = best
    if (end < items.length && best.row.isInRange && canStop(end)) return collect(end)
  }
  return collect(items.length)

  function findBreak(end: number): Break {
    const { targetPx } = metrics
    let best: Break | undefined
    let ratioSum = 0
    for (let from = end - 1; from >= 0; from--) {
      ratioSum += ratioOf(items[from] as Item)
      const count = end - from
      const fullPx = heightOf(ratioSum, count, metrics)
      const isFull = end < items.length || fullPx * nearlyFull <= targetPx
      const heightPx = isFull ? fullPx : targetPx
      const isInRange = isFull && fullPx >= lowest * targetPx && fullPx <= highest * targetPx
      const difference = isInRange || !isFull ? heightPx - targetPx : 1e6 + Math.abs(heightPx - targetPx)
      const cost = (breaks[from]?.cost ?? 0) + difference ** 2 * count
      if (best === undefined || cost < best.cost) best = { from, cost, row: { heightPx, isFull, isInRange } }
      if (fullPx < lowest * targetPx) break
    }
    return best as Break
  }

  function collect(end: number): Row<Item>[] {
    const rows: Row<Item>[] = []
    for (let at = end; at > 0; ) {
      const { from, row } = breaks[at] as Break
      rows.unshift({ items: items.slice(from, at), heightPx: row.heightPx, isFull: row.isFull })
      at = from
    }
    return rows
  }
}
