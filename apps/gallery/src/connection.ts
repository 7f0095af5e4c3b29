import type { PlannedRetry } from '@tintype/client'

/** From this attempt on, a server has been away for more than three seconds. */
const firstAwayAttempt = 3

let isAway = false
const listeners = new Set<() => void>()

function change(to: boolean): void {
  if (isAway === to) return
  isAway = to
  for (const listener of listeners) listener()
}

/** Whether the server has not answered the page's calls for some seconds. */
export const connection = {
  /** The SDK's `onRetry`. */
  onRetry: ({ attempt }: PlannedRetry): void => change(attempt >= firstAwayAttempt),
  onAnswer: (): void => change(false),
  isAway: (): boolean => isAway,
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}
