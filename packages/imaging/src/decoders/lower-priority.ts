import { readdirSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

/**
 * Steps of priority below the server, of a decoder with work that may wait: five more than of another decoder. While both need
 * the same processor, it gets a quarter of it.
 */
const niceness = 10

/**
 * Lowers the priority of a running process, for the rest of its life: to raise it again needs a privilege. On Linux each thread
 * has a priority of its own, and passes it on to threads that it starts. Elsewhere nothing changes.
 */
export function lowerPriority(pid: number): void {
  if (process.platform !== 'linux') return
  const priority = Math.min(getPriority() + niceness, constants.priority.PRIORITY_LOW)
  for (const thread of listThreads(pid))
    try {
      setPriority(thread, priority)
    } catch {
      // It has ended, or this is forbidden: then it competes with the others evenly.
    }
}

function listThreads(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return []
  }
}
