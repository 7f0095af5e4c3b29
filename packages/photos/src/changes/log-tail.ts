import type { ChangeFeed, EventLog, EventRecord } from '@tintype/catalog'
import type { Log } from '../log.ts'

/** Milliseconds between two looks at the log. A hint that an event was recorded usually comes first, but can be lost. */
const pollMs = 5000
const pageLength = 100

/** Reads the newest events once, for every reader of this server. Disposing it ends it. */
export interface LogTail extends Disposable {
  /** Id of the last event that was read. */
  readonly position: string
}

/** Where events come from. */
export interface LogTailOptions {
  readonly catalog: EventLog & Pick<ChangeFeed, 'onChange'>
  /** Called for each event, in order. */
  readonly onEvent: (event: EventRecord, byteSize: number) => void
  /** Called if events may have been missed. */
  readonly onGap: () => void
  readonly log: Log
}

/** Starts to read events that are recorded from now on. */
export async function openLogTail({ catalog, onEvent, onGap, log }: LogTailOptions): Promise<LogTail> {
  let isClosed = false
  let isAsked = false
  let isReading = false
  let position: string | undefined
  // before the position is read, so that no event is between both
  const hints = catalog.onChange('events', () => void read())

  async function readPages(): Promise<void> {
    while (isAsked && !isClosed && position !== undefined) {
      isAsked = false
      const events = await catalog.listEvents({ after: position, limit: pageLength })
      if (events === undefined) {
        position = await catalog.findNewestEvent()
        onGap()
        continue
      }
      for (const event of events) onEvent(event, JSON.stringify(event).length)
      position = events.at(-1)?.id ?? position
      isAsked ||= events.length === pageLength
    }
  }

  async function read(): Promise<void> {
    isAsked = true
    if (isReading) return
    isReading = true
    try {
      await readPages()
    } catch (error) {
      if (!isClosed)
        log.warn({ event: 'changes', err: error }, 'changes could not be read; the next look tries again')
    } finally {
      isReading = false
    }
  }

  const timer = setInterval(() => void read(), pollMs).unref()
  const close = () => {
    isClosed = true
    clearInterval(timer)
    hints[Symbol.dispose]()
  }
  try {
    position = await catalog.findNewestEvent()
  } catch (error) {
    close()
    throw error
  }
  if (isAsked) void read()
  const start = position
  return {
    get position() {
      return position ?? start
    },
    [Symbol.dispose]: close,
  }
}
