/** The least time between two messages that wait for their turn, and how long each stays in the page, in milliseconds. */
const apartMs = 5000

/** A text that is read to people who do not see the page. */
export interface Message {
  /** Later ones have higher numbers. The same text can come twice. */
  readonly id: number
  readonly text: string
}

/** What is being read. */
export interface Announced {
  /** Read when the reader has finished what it reads. */
  readonly polite: readonly Message[]
  /** Read at once. */
  readonly alerts: readonly Message[]
}

/** The one place from which the page announces something, so that a reader is not given each step of a count. */
export interface Announcer {
  /**
   * Announces a text, at most every five seconds. Of the texts about one subject that come in the meantime only the last one is
   * read, together with those of other subjects. An empty text withdraws one that waits.
   */
  say(subject: string, text: string): void
  /** Announces a failure at once. */
  alert(text: string): void
  readonly announced: () => Announced
  /** The number of the last message. */
  readonly lastId: () => number
  /** Calls a listener after each change. Returns a function that ends this. */
  subscribe(listener: () => void): () => void
}

/** Announces nothing at first. */
export function createAnnouncer(): Announcer {
  let announced: Announced = { polite: [], alerts: [] }
  let lastId = 0
  const waiting = new Map<string, string>()
  const listeners = new Set<() => void>()
  let turn: ReturnType<typeof setTimeout> | undefined

  function change(changed: Partial<Announced>): void {
    announced = { ...announced, ...changed }
    for (const listener of listeners) listener()
  }
  const toMessage = (text: string): Message => ({ id: ++lastId, text })
  function takeTurn(): void {
    turn = waiting.size > 0 ? setTimeout(takeTurn, apartMs) : undefined
    const polite = [...waiting.values()].map(toMessage)
    waiting.clear()
    change({ polite })
  }
  return {
    say(subject, text) {
      waiting.delete(subject)
      if (text === '') return
      waiting.set(subject, text)
      if (turn === undefined) takeTurn()
    },
    alert(text) {
      const message = toMessage(text)
      change({ alerts: [...announced.alerts, message] })
      setTimeout(() => change({ alerts: announced.alerts.filter((one) => one !== message) }), apartMs)
    },
    announced: () => announced,
    lastId: () => lastId,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The announcer of this page. */
export const announcer = createAnnouncer()
