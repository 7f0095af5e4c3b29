/**
 * Whether something that was noted at `sinceMs` is younger than `maxMs`, all of them milliseconds. What seems to come
 * from the future was noted before the clock was set back, and may be of any age: it counts as older (B186).
 */
export function isYounger(sinceMs: number, { nowMs, maxMs }: { nowMs: number; maxMs: number }): boolean {
  const ageMs = nowMs - sinceMs
  return ageMs >= 0 && ageMs < maxMs
}
