import { readFileSync } from 'node:fs'

// Most images are decoded before the first check. Between two checks a decoder used up to 25 MB more.
const firstLookMs = 50
const intervalMs = 25

/**
 * Watches how much memory a process has resident, on Linux; elsewhere it does nothing. Disposing it ends the
 * watch.
 *
 * @param options.onExceeded called at most once
 */
export function watchMemory(
  pid: number,
  options: { readonly limitByteSize: number; readonly onExceeded: () => void },
): Disposable {
  let timer = setTimeout(look, firstLookMs)
  function look(): void {
    const byteSize = readResidentByteSize(pid)
    if (byteSize === undefined) return
    if (byteSize > options.limitByteSize) options.onExceeded()
    else timer = setTimeout(look, intervalMs)
  }
  return { [Symbol.dispose]: () => clearTimeout(timer) }
}

/** Bytes of a process in memory; `undefined` if it is gone or this is not Linux. @see proc_pid_status(5) */
function readResidentByteSize(pid: number): number | undefined {
  try {
    // Synchronous: it never touches a disk and takes 20 µs. `statm` counts in pages, whose size Node does not know.
    const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024
  } catch {
    return undefined
  }
}
