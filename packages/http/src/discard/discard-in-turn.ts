/** Bodies of which more is discarded between two polls of the sockets: up to 64 KiB of each. */
const tasksEachTurn = 4

/** What waits, by address. The address whose turn comes first is first. None is empty. */
const lines = new Map<string, Set<() => void>>()
let isPlanned = false

/**
 * Calls the task in one of the next turns of the event loop, a few in each, in turns by address. Clients send as fast as they are
 * read: to read what is discarded would take the thread from all that is wanted.
 */
export function discardInTurn(address: string, task: () => void): void {
  lines.set(address, (lines.get(address) ?? new Set()).add(task))
  if (isPlanned) return
  isPlanned = true
  setImmediate(runTasks)
}

function runTasks(): void {
  for (let count = 0; count < tasksEachTurn; count += 1) takeNext()?.()
  isPlanned = lines.size > 0
  if (isPlanned) setImmediate(runTasks)
}

/** Moves its address to the end. */
function takeNext(): (() => void) | undefined {
  const [first] = lines
  if (!first) return undefined
  const [address, line] = first
  lines.delete(address)
  const [task] = line
  if (task) line.delete(task)
  if (line.size > 0) lines.set(address, line)
  return task
}
