import type { ChangeFeed, EventLog, EventRecord, PhotoRecord } from '@tintype/catalog'
import {
  type Caller,
  type Photo,
  type PhotoChange,
  type PhotoChangeType,
  TintypeError,
} from '@tintype/contract'
import type { Log } from '../log.ts'
import { type LogTail, openLogTail } from './log-tail.ts'
import { seeChange } from './see-change.ts'
import { createWaitingEvents, type WaitingEvents } from './waiting-events.ts'

/** Streams that may be open. */
const maxStreams = 1000
/** How long a stream lasts, milliseconds, ± 10 %: so that they do not all come back at once. */
const lifetimeMs = 60 * 60 * 1000
const pageLength = 100

/** A change, and the id with which a stream goes on after it. */
export interface StreamedChange {
  readonly id: string
  readonly change: PhotoChange
}

/** What a stream has, and for whom. */
export interface ChangeStreamOptions {
  /** The last one that the caller knows. */
  readonly lastEventId?: string | undefined
  /** @default all */
  readonly types?: readonly PhotoChangeType[] | undefined
  readonly caller: Pick<Caller, 'id' | 'scope' | 'expiresAtMs'>
  /** Whether the caller's credential has not ended since it was identified. @default it cannot end */
  readonly isStillValid?: (() => Promise<boolean>) | undefined
  /** Aborted when the caller leaves. */
  readonly signal?: AbortSignal | undefined
}

/** The streams of changes. */
export interface ChangeStreams {
  /**
   * Changes from now on, or after the last one that the caller knows: first `ready` or `reset`. Ends by throwing: an `AbortError`
   * after about an hour, when the caller's credential ends, and when the server stops; OVERLOADED if the caller reads too slowly.
   *
   * @throws OVERLOADED at once if too many are open
   */
  open(options: ChangeStreamOptions): AsyncIterable<StreamedChange>
  /** Ends all streams, and every later one. */
  close(): void
}

/** What streams need. */
export interface ChangeStreamDependencies {
  readonly catalog: EventLog & Pick<ChangeFeed, 'onChange' | 'untilListening'>
  readonly present: (photo: PhotoRecord) => Photo
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Creates the streams. Nothing is read while none is open. */
export function createChangeStreams({ catalog, present, log, now }: ChangeStreamDependencies): ChangeStreams {
  /** The queue of each open stream, with its caller's id. */
  const open = new Map<WaitingEvents, string>()
  let isClosed = false
  let tail: Promise<LogTail> | undefined
  let revocations: Disposable | undefined

  function endAll(): void {
    for (const queue of open.keys()) queue.end(endOfStream())
  }

  function start(): Promise<LogTail> {
    revocations ??= catalog.onChange('keys', (ended) => {
      for (const [queue, callerId] of open)
        if (ended?.some((id) => callerId.endsWith(`:${id}`)) ?? true) queue.end(endOfStream())
    })
    tail ??= openLogTail({
      catalog,
      onEvent(event, byteSize) {
        for (const queue of open.keys()) queue.add(event, byteSize)
      },
      onGap: endAll,
      log,
    })
    return tail
  }

  function stop(): void {
    revocations?.[Symbol.dispose]()
    revocations = undefined
    tail?.then((one) => one[Symbol.dispose]()).catch(() => undefined)
    tail = undefined
  }

  async function* read(options: ChangeStreamOptions): AsyncGenerator<StreamedChange, void> {
    const { caller, signal, types } = options
    const queue = createWaitingEvents()
    const end = () => queue.end(endOfStream())
    open.set(queue, caller.id)
    const lifeMs = lifetimeMs * (0.9 + Math.random() / 5)
    const timer = setTimeout(end, Math.min(lifeMs, (caller.expiresAtMs ?? Infinity) - now())).unref()
    signal?.addEventListener('abort', end)

    const see = ({ id, ...event }: EventRecord): StreamedChange[] => {
      const change = seeChange(event, caller.scope, present)
      const isWanted = change !== undefined && (types?.some((type) => type === change.type) ?? true)
      return isWanted ? [{ id, change }] : []
    }

    try {
      // Streams that are open when listening begins end, because any key may have been revoked before.
      await catalog.untilListening?.()
      if (signal?.aborted || isClosed) throw endOfStream()
      // Asked once `start` listens: a key that is revoked in between ends the stream in either case (threat B222).
      const [{ position }, isValid] = await Promise.all([start(), options.isStillValid?.() ?? true])
      if (!isValid) throw endOfStream()
      const { lastEventId = position } = options
      const isKnown =
        lastEventId === position || (await catalog.listEvents({ after: lastEventId, limit: 1 })) !== undefined
      yield isKnown
        ? { id: lastEventId, change: { type: 'ready' } }
        : { id: position, change: { type: 'reset' } }
      if (isKnown) for await (const event of readUntil(position, lastEventId)) yield* see(event)
      for (;;) yield* see(await queue.next())
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      open.delete(queue)
      if (open.size === 0) stop()
    }
  }

  /** What was recorded after one event, up to another. */
  async function* readUntil(position: string, after: string): AsyncGenerator<EventRecord> {
    let last = after
    while (last !== position) {
      const events = await catalog.listEvents({ after: last, limit: pageLength })
      if (events === undefined) throw endOfStream() // forgotten by now: the next stream begins with `reset`
      for (const event of events) {
        yield event
        last = event.id
        if (last === position) return
      }
      if (events.length === 0) return
    }
  }

  return {
    open(options) {
      if (open.size < maxStreams) return read(options)
      const detail = `${maxStreams} streams of changes are open. Try again later`
      throw new TintypeError('OVERLOADED', detail, { retryAfterSeconds: 30 })
    },
    close() {
      isClosed = true
      endAll()
    },
  }
}

/** Ends a stream without an error: its client connects again, as after a lost connection. */
function endOfStream(): Error {
  return new DOMException('The stream of changes has ended', 'AbortError')
}
