/** Milliseconds that a piece of work may stop every request. */
const pieceMs = 5

/** Creates a function that is called for each photo, and returns `true` when the piece of work has taken long enough. */
export function createPacer(): () => boolean {
  let endMs = performance.now() + pieceMs
  return () => {
    const nowMs = performance.now()
    if (nowMs < endMs) return false
    endMs = nowMs + pieceMs
    return true
  }
}
