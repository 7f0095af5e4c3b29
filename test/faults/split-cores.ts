import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Processors, as `taskset` names them. */
export interface SplitCores {
  readonly server: string
  readonly load: string
}

/**
 * Keeps this process on the last processor and leaves the others to the server: otherwise the load would take processor time
 * from the server. Does nothing and returns `undefined` with one processor, or without `taskset`.
 */
export function splitCores(): SplitCores | undefined {
  const last = availableParallelism() - 1
  if (last < 1) return undefined
  const cores = { server: `0-${last - 1}`, load: String(last) }
  try {
    execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', cores.load, String(process.pid)], {
      stdio: 'ignore',
    })
    return cores
  } catch {
    return undefined
  }
}
