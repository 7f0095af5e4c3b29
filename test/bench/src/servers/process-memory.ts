import { readFileSync, writeFileSync } from 'node:fs'

/** Resident memory, in bytes. */
export interface ResidentMemory {
  readonly now: number
  /** The most since the start, or since `forgetPeak`; of several processes the sum, though each had it at another time. */
  readonly peak: number
}

/** Memory of a process and all that it started. @see proc_pid_status(5) */
export function memoryOfTree(pid: number): ResidentMemory {
  const all = processTree(pid).map((one) => readOf(one, 'status'))
  const sum = (name: string) =>
    all.reduce(
      (total, status) => total + Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0),
      0,
    )
  return { now: sum('VmRSS') * 1024, peak: sum('VmHWM') * 1024 }
}

/** From now on `peak` counts anew. */
export function forgetPeak(pid: number): void {
  for (const one of processTree(pid)) {
    ifItLives(() => writeFileSync(`/proc/${one}/clear_refs`, '5'))
  }
}

/** A process and all that it started, itself first. */
function processTree(pid: number): number[] {
  const children = readOf(pid, `task/${pid}/children`).trim().split(' ').filter(Boolean)
  return [pid, ...children.flatMap((child) => processTree(Number(child)))]
}

/** Nothing of a process that has ended meanwhile, as decoders do. */
function readOf(pid: number, name: string): string {
  return ifItLives(() => readFileSync(`/proc/${pid}/${name}`, 'latin1')) ?? ''
}

function ifItLives<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}
