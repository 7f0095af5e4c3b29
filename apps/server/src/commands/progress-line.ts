import type { Output } from './command-context.ts'

/** How often the line is redrawn on a terminal, and how often a line is added elsewhere. */
const intervalMs = { terminal: 100, log: 10_000 }

/** Progress in one line. */
export interface ProgressLine extends Disposable {
  /** Shows the line, unless another one was shown just before. */
  show(line: () => string): void
  /** Removes the line, so that something else can be written. */
  clear(): void
}

/** One line that is redrawn on a terminal; a new line from time to time elsewhere. Disposing it clears it. */
export function createProgressLine(output: Output): ProgressLine {
  const isTerminal = output.isTTY === true
  const pauseMs = isTerminal ? intervalMs.terminal : intervalMs.log
  let shownAtMs = isTerminal ? Number.NEGATIVE_INFINITY : performance.now()
  let isShown = false

  function clear(): void {
    if (isShown) output.write('\r\x1b[K')
    isShown = false
  }

  return {
    show(line) {
      const nowMs = performance.now()
      if (nowMs - shownAtMs < pauseMs) return
      shownAtMs = nowMs
      output.write(isTerminal ? `\r\x1b[K${line()}` : `${line()}\n`)
      isShown = isTerminal
    },
    clear,
    [Symbol.dispose]: clear,
  }
}

/** Formats a number of bytes, such as `12.3 MB`; powers of 1024 as in the settings. */
export function formatByteSize(byteSize: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const power = Math.min(Math.floor(Math.log2(Math.max(byteSize, 1)) / 10), units.length - 1)
  return `${(byteSize / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}
