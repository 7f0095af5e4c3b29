import { type EventRecord, logStart } from '../../events/event-log.ts'
import { eventOf } from '../../events/event-record.ts'
import type { PhotoRecord } from '../../photo-catalog.ts'

/** The log of changes in memory. */
export function createMemoryEvents() {
  let events: EventRecord[] = []
  let hasForgotten = false
  return {
    record(before: PhotoRecord | undefined, after: PhotoRecord | undefined): void {
      events.push(structuredClone(eventOf(before, after)))
    },
    list({ after, limit }: { readonly after: string; readonly limit: number }): EventRecord[] | undefined {
      const at = events.findIndex(({ id }) => id === after)
      if (at === -1 && (after !== logStart || hasForgotten)) return undefined
      return structuredClone(events.slice(at + 1, at + 1 + limit))
    },
    newest: () => events.at(-1)?.id ?? logStart,
    forget(before: string): void {
      const kept = events.filter(({ at }, index) => at >= before || index === events.length - 1)
      hasForgotten ||= kept.length < events.length
      events = kept
    },
  }
}
