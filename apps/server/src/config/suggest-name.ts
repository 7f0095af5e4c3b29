/**
 * The end of a report on an unknown name: the known name that is nearest to it, or nothing if none is near.
 *
 * @param write a known name as it should be typed
 */
export function suggestName(
  unknown: string,
  known: readonly string[],
  write: (name: string) => string,
): string {
  const wanted = unknown.slice(0, 60)
  // Relative to its length, or else short names would be near to everything.
  const ranked = known.map((name) => ({ name, distance: countEdits(wanted, name) / name.length }))
  const [nearest] = ranked.sort((a, b) => a.distance - b.distance)
  const isNear = nearest !== undefined && nearest.distance <= 0.5
  return isNear ? `; did you mean ${write(nearest.name)}?` : ''
}

/** Levenshtein's distance. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line]
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
