import { processTree, readProcessFile } from './process-tree.ts'

/** Milliseconds of one tick, in which the kernel counts for user space. @see sysconf(3) */
const tickMs = 10

/**
 * Processor time of a process, of all that it started, and of those of them that have ended, in milliseconds. Grows from
 * call to call.
 */
export function cpuOfTree(pid: number): number {
  return processTree(pid).reduce((total, one) => total + cpuOf(one), 0)
}

/** User and system time, of the process and its ended children. @see proc_pid_stat(5) */
function cpuOf(pid: number): number {
  const fields = readProcessFile(pid, 'stat').split(') ').at(-1)?.split(' ') ?? []
  return fields.slice(11, 15).reduce((total, ticks) => total + Number(ticks) * tickMs, 0)
}
