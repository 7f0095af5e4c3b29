import { randomUUID } from 'node:crypto'
import type { Preview, PreviewPixels } from '../image.ts'

// As many as a burst of uploads leaves behind; each has at most 360 kB.
const maxCount = 32

/** The newest previews that a decoder has made: their pixels never leave its process. */
export interface KeptPreviews {
  /** Keeps pixels, in place of the oldest where there are too many. */
  keep(pixels: PreviewPixels): Preview
  /** Hands pixels out for good; `undefined` where they are gone, or were never here. */
  take(preview: Preview): PreviewPixels | undefined
}

/** Keeps nothing yet. */
export function createKeptPreviews(): KeptPreviews {
  const kept = new Map<string, PreviewPixels>()
  return {
    keep(pixels) {
      const token = randomUUID()
      kept.set(token, pixels)
      const [oldest] = kept.keys()
      if (oldest !== undefined && kept.size > maxCount) kept.delete(oldest)
      return { width: pixels.width, height: pixels.height, pid: process.pid, token }
    },
    take({ token }) {
      const pixels = kept.get(token)
      kept.delete(token)
      return pixels
    },
  }
}
