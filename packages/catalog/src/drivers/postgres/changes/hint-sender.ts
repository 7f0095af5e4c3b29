import { setTimeout as delay } from 'node:timers/promises'

/** Sends hints, several in one message. Disposing it sends those that wait. */
export interface HintSender extends AsyncDisposable {
  add(channel: string, subject: string | undefined): void
}

/** How hints are sent. */
export interface HintSenderOptions {
  /** @param subjects `undefined` if there are too many for a message */
  readonly send: (channel: string, subjects: readonly string[] | undefined) => Promise<void>
  /** Milliseconds between two messages of a channel. */
  readonly intervalMs: number
  /** Most subjects in a message. */
  readonly maxSubjects: number
}

/**
 * Creates a sender. The first hint of a channel is sent at once, later ones together after the interval: each message makes
 * the commits of all servers wait for each other for a moment. A message that fails is lost.
 */
export function createHintSender({ send, intervalMs, maxSubjects }: HintSenderOptions): HintSender {
  const waiting = new Map<string, Set<string>>()
  const sending = new Map<string, Promise<void>>()
  const closing = new AbortController()

  async function sendAll(channel: string): Promise<void> {
    for (;;) {
      const subjects = waiting.get(channel)
      if (subjects === undefined) break
      waiting.delete(channel)
      await send(channel, subjects.size > maxSubjects ? undefined : [...subjects]).catch(() => undefined)
      await delay(intervalMs, undefined, { signal: closing.signal, ref: false }).catch(() => undefined)
    }
    sending.delete(channel)
  }

  return {
    add(channel, subject) {
      const subjects = waiting.get(channel) ?? new Set()
      waiting.set(channel, subjects)
      // One more than can be sent stands for all the others.
      if (subject !== undefined && subjects.size <= maxSubjects) subjects.add(subject)
      if (!sending.has(channel)) sending.set(channel, sendAll(channel))
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await Promise.all(sending.values())
    },
  }
}
