import { readFileSync, writeFileSync } from 'node:fs'

/** Resident memory of a process, in bytes. */
export interface ResidentMemory {
  readonly now: number
  /** The most since the start, or since `forgetPeak`. */
  readonly peak: number
}

/** Memory of one process. @see proc_pid_status(5) */
export function memoryOf(pid: number): ResidentMemory {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  const kibibytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0)
  return { now: kibibytes('VmRSS') * 1024, peak: kibibytes('VmHWM') * 1024 }
}

/** A process and all that it started, itself first. */
export function processTree(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
  return [
    pid,
    ...children
      .split(' ')
      .filter(Boolean)
      .flatMap((child) => processTree(Number(child))),
  ]
}

/** Memory of a process and all that it started. */
export function memoryOfTree(pid: number): ResidentMemory {
  const all = processTree(pid).map(memoryOf)
  const sum = (pick: (one: ResidentMemory) => number) => all.reduce((total, one) => total + pick(one), 0)
  return { now: sum(({ now }) => now), peak: sum(({ peak }) => peak) }
}

/** From now on `peak` counts anew. */
export function forgetPeak(pid: number): void {
  for (const one of processTree(pid)) writeFileSync(`/proc/${one}/clear_refs`, '5')
}
