import { constants, getPriority, setPriority } from 'node:os'

/** Steps below the thread that serves requests, and below decoders, which have 5. */
const niceness = 10

/**
 * Lowers the priority of the thread that calls it, for the rest of its life. While other threads need the processors it gets a
 * tenth of what the serving thread gets, and all of them otherwise. Only Linux has a priority for each thread; elsewhere nothing
 * changes.
 */
export function lowerPriority(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(Math.min(getPriority() + niceness, constants.priority.PRIORITY_LOW))
  } catch {
    // Forbidden: then the threads share the processors evenly.
  }
}
