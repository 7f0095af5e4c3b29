import type { ChangeChannel, ChangeFeed, ChangeHandler } from './change-feed.ts'

/** The handlers in this process. */
export interface ChangeHandlers extends Pick<ChangeFeed, 'onChange'> {
  /** Calls every handler of the channel. */
  call(channel: ChangeChannel, subjects: readonly string[] | undefined): void
}

/** Creates an empty set of handlers. */
export function createChangeHandlers(): ChangeHandlers {
  const handlers = new Map<ChangeChannel, Set<ChangeHandler>>()
  return {
    onChange(channel, handler) {
      const own: ChangeHandler = (subjects) => handler(subjects) // the same function may be given twice
      const all = handlers.get(channel) ?? new Set()
      handlers.set(channel, all.add(own))
      return { [Symbol.dispose]: () => void all.delete(own) }
    },
    call(channel, subjects) {
      for (const handler of handlers.get(channel) ?? []) handler(subjects)
    },
  }
}

/** A feed of a catalog that only one server can use. */
export function createLocalFeed(): ChangeFeed {
  const { onChange, call } = createChangeHandlers()
  return {
    onChange,
    announce: (channel, subject) => call(channel, subject === undefined ? [] : [subject]),
  }
}
