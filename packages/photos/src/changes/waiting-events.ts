import type { EventRecord } from '@tintype/catalog'
import { TintypeError } from '@tintype/contract'

/** Most events that wait for one reader. */
const maxEvents = 256
/** Most bytes of them. */
const maxBytes = 1024 * 1024

/** Events that wait for a reader that is slower than they come. */
export interface WaitingEvents {
  /** Adds one; more than may wait end the queue. */
  add(event: EventRecord, byteSize: number): void
  /** Makes the reader's next step throw this. */
  end(reason: Error): void
  /** The next event, as soon as there is one. @throws OVERLOADED if too many waited, and the reason of `end` */
  next(): Promise<EventRecord>
}

/** Creates an empty queue. */
export function createWaitingEvents(): WaitingEvents {
  const waiting: { readonly event: EventRecord; readonly byteSize: number }[] = []
  let byteSize = 0
  let ending: Error | undefined
  let wake: (() => void) | undefined

  function end(reason: Error): void {
    ending ??= reason
    wake?.()
  }

  return {
    end,
    add(event, size) {
      if (ending !== undefined) return
      if (waiting.length >= maxEvents || byteSize + size > maxBytes)
        return end(new TintypeError('OVERLOADED', 'The client reads changes too slowly. Connect again'))
      waiting.push({ event, byteSize: size })
      byteSize += size
      wake?.()
    },
    async next() {
      for (;;) {
        if (ending !== undefined) throw ending
        const first = waiting.shift()
        if (first !== undefined) {
          byteSize -= first.byteSize
          return first.event
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        wake = undefined
      }
    },
  }
}
