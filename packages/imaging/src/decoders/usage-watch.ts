import { readFileSync } from 'node:fs'
import type { DecodeBudget, DecoderLossReason } from './decoder-loss.ts'

// Most images are decoded before the first check. Between two checks a decoder used up to 25 MB more.
const firstLookMs = 50
const intervalMs = 25

/** What of its budget a decoder has exceeded. */
export type Excess = Extract<DecoderLossReason, 'cpu' | 'memory' | 'deadline'>

/**
 * Holds a process to its budget from now on. Its processor time counts, and not how long it waits for a processor: on a busy
 * machine that may be many times as long. It is counted from the first check, so that what most images take needs no look at
 * `/proc`. Processor time and memory are known on Linux only; elsewhere the time that passes counts as processor time.
 * Disposing it ends the watch.
 *
 * @param onExceeded called at most once
 */
export function watchUsage(
  pid: number,
  { budget, onExceeded }: { readonly budget: DecodeBudget; readonly onExceeded: (excess: Excess) => void },
): Disposable {
  const startedAt = performance.now()
  let firstCpuMs: number | undefined
  let timer = setTimeout(look, Math.min(firstLookMs, budget.timeoutMs))

  function look(): void {
    const excess = findExcess()
    if (excess) onExceeded(excess)
    else timer = setTimeout(look, intervalMs)
  }

  function findExcess(): Excess | undefined {
    const elapsedMs = performance.now() - startedAt
    const cpuMs = readCpuMs(pid)
    firstCpuMs ??= cpuMs
    const usedMs = cpuMs === undefined || firstCpuMs === undefined ? elapsedMs : cpuMs - firstCpuMs
    if (usedMs > budget.cpuMs) return 'cpu'
    if ((readResidentByteSize(pid) ?? 0) > budget.memoryByteSize) return 'memory'
    return elapsedMs >= budget.timeoutMs ? 'deadline' : undefined
  }

  return { [Symbol.dispose]: () => clearTimeout(timer) }
}

/** Milliseconds in one of the system's clock ticks, which is the same on every Linux. @see proc_pid_stat(5) */
const tickMs = 10

/** Processor time of all threads of a process; `undefined` if it is gone or this is not Linux. */
function readCpuMs(pid: number): number | undefined {
  const stat = readProcess(pid, 'stat')
  if (stat === undefined) return undefined
  // The second field, the name, may contain spaces. The 14th and 15th are the times of user and system.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}

/** Bytes of a process in memory; `undefined` if it is gone or this is not Linux. @see proc_pid_status(5) */
function readResidentByteSize(pid: number): number | undefined {
  // `statm` counts in pages, whose size Node does not know.
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readProcess(pid, 'status') ?? '') ?? []
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024
}

function readProcess(pid: number, file: 'stat' | 'status'): string | undefined {
  try {
    // Synchronous: it never touches a disk and takes 20 µs.
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return undefined
  }
}
