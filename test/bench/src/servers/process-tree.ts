import { readFileSync } from 'node:fs'

/** A process and all that it started, itself first. */
export function processTree(pid: number): number[] {
  const children = readProcessFile(pid, `task/${pid}/children`).trim().split(' ').filter(Boolean)
  return [pid, ...children.flatMap((child) => processTree(Number(child)))]
}

/** A file of `/proc/{pid}`. Nothing for a process that has ended in the meantime, as decoders do. */
export function readProcessFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ESRCH') return ''
    throw error
  }
}
