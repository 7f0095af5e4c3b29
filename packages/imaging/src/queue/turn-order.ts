/** The lanes of requests. Each has room of its own. */
export type RequestLane = 'uploads' | 'views'

/** Everything of one caller that waits in one lane. */
export interface Line<Item> {
  readonly lane: RequestLane
  /** The caller. */
  readonly share: string
  /** In the order in which it came. */
  readonly items: ReadonlySet<Item>
}

/** What decides whose turn is next. */
export interface CallersInTurn {
  /** Number of items that a caller has running. */
  readonly runningOf: (share: string) => number
  /** Whether an item of this caller may start now. */
  readonly mayStart: (share: string) => boolean
}

/** Items that wait for their turn, by lane and caller. */
export interface TurnOrder<Item> {
  /** Adds an item to the end of a caller's line, unless it is in it. Returns whether it was added. It may be in several. */
  add(item: Item, lane: RequestLane, share: string): boolean
  /** Removes an item from every line, or from one. Returns whether it still waits in another one. */
  remove(item: Item, line?: Line<Item>): boolean
  /**
   * The line whose first item is next: of the caller with the fewest running items; of several, the line that had its turn the
   * longest ago. `undefined` if nothing waits that may start.
   */
  next(callers: CallersInTurn): Line<Item> | undefined
  /** Removes the first item of a line, from every line, and moves that line to the end of the order. */
  take(line: Line<Item>): Item | undefined
  /** The line of a lane with the most items; of several, this caller's. */
  longest(lane: RequestLane, share: string): Line<Item> | undefined
  /** Number of items in a lane. One that waits in several lines counts once. */
  size(lane: RequestLane): number
  /** Number of a caller's items, in both lanes. */
  sizeOf(share: string): number
  items(): ReadonlySet<Item>
  /** Number of callers that have something waiting. */
  callers(): number
}

/** Creates an empty order. */
export function createTurnOrder<Item extends object>(): TurnOrder<Item> {
  /** In the order of their turns. None is empty. */
  const lines = new Map<string, Line<Item> & { readonly items: Set<Item> }>()
  const keyOf = ({ lane, share }: Pick<Line<Item>, 'lane' | 'share'>) => `${lane} ${share}`
  const itemsOf = (some: Iterable<Line<Item>>) => new Set([...some].flatMap(({ items }) => [...items]))
  const linesOf = (lane: RequestLane) => lines.values().filter((line) => line.lane === lane)

  function removeFrom(key: string, item: Item): void {
    const line = lines.get(key)
    line?.items.delete(item)
    if (line?.items.size === 0) lines.delete(key)
  }

  function remove(item: Item, only?: Line<Item>): boolean {
    for (const key of only ? [keyOf(only)] : [...lines.keys()]) removeFrom(key, item)
    return lines.values().some(({ items }) => items.has(item))
  }

  return {
    add(item, lane, share) {
      const key = keyOf({ lane, share })
      const line = lines.get(key) ?? { lane, share, items: new Set<Item>() }
      if (line.items.has(item)) return false
      line.items.add(item)
      lines.set(key, line)
      return true
    },
    remove,
    next({ runningOf, mayStart }) {
      let first: Line<Item> | undefined
      for (const line of lines.values()) {
        const isFirst = !first || runningOf(line.share) < runningOf(first.share)
        if (isFirst && mayStart(line.share)) first = line
      }
      return first
    },
    take(line) {
      const [item] = line.items
      if (item === undefined) return undefined
      remove(item)
      const key = keyOf(line)
      const rest = lines.get(key)
      if (rest && lines.delete(key)) lines.set(key, rest)
      return item
    },
    longest(lane, share) {
      let longest: Line<Item> | undefined
      for (const line of linesOf(lane)) {
        const excess = line.items.size - (longest?.items.size ?? 0)
        if (excess > 0 || (excess === 0 && line.share === share)) longest = line
      }
      return longest
    },
    size: (lane) => itemsOf(linesOf(lane)).size,
    sizeOf(share) {
      const sizes = (['uploads', 'views'] as const).map(
        (lane) => lines.get(keyOf({ lane, share }))?.items.size,
      )
      return sizes.reduce<number>((sum, size = 0) => sum + size, 0)
    },
    items: () => itemsOf(lines.values()),
    callers: () => new Set(lines.values().map(({ share }) => share)).size,
  }
}
