/**
 * When a URL ends that is signed now. Ends are rounded up to windows of a quarter of the life, so the same URL comes out for
 * a quarter of its life and caches can keep it. The windows of each photo are shifted, so that not all URLs change at once.
 *
 * @param hash of the photo's id: its SHA-256's first four bytes as a big-endian number
 * @param options.lifeSeconds whole seconds, at least 1
 * @returns Unix time in seconds: between one life and one and a quarter from now
 */
export function endOfWindow(
  hash: number,
  { lifeSeconds, nowSeconds }: { readonly lifeSeconds: number; readonly nowSeconds: number },
): number {
  const windowSeconds = Math.max(1, Math.floor(lifeSeconds / 4))
  const shiftSeconds = hash % windowSeconds
  const windows = Math.ceil((Math.floor(nowSeconds) + lifeSeconds - shiftSeconds) / windowSeconds)
  return windows * windowSeconds + shiftSeconds
}

/** The longest time that a URL can have left, if none is signed for longer than `maxLifeSeconds`. */
export function longestRestSeconds(maxLifeSeconds: number): number {
  return maxLifeSeconds + Math.max(1, Math.floor(maxLifeSeconds / 4))
}
