import { writeFileSync } from 'node:fs'
import { processTree, readProcessFile } from './process-tree.ts'

/** Often enough for uploads of a second, and rarely enough to cost nothing. */
const sampleMs = 50

/** Resident memory of a process and all that it started, in bytes. */
export function memoryOfTree(pid: number): number {
  return processTree(pid).reduce((total, one) => total + readStatus(one, 'VmRSS'), 0)
}

/** Samples memory. Disposing it stops that. */
export interface MemoryWatch extends Disposable {
  /**
   * By how much all processes together have grown at most, as far as samples show, or the first one alone, of which
   * the kernel keeps the peak. The peaks of all cannot be added: decoders end and start again in the meantime.
   */
  grownByteSize(): number
}

/** Watches how far the memory of a process and all that it starts grows from now on. */
export function watchGrowth(pid: number): MemoryWatch {
  const [all, first] = [memoryOfTree(pid), readStatus(pid, 'VmRSS')]
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
  let most = all
  const sample = () => {
    most = Math.max(most, memoryOfTree(pid))
  }
  const timer = setInterval(sample, sampleMs)
  return {
    grownByteSize() {
      sample()
      return Math.max(0, most - all, readStatus(pid, 'VmHWM') - first)
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

/** A figure in bytes. @see proc_pid_status(5) */
function readStatus(pid: number, name: 'VmRSS' | 'VmHWM'): number {
  return (
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readProcessFile(pid, 'status'))?.[1] ?? 0) * 1024
  )
}
