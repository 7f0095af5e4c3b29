import type { DatabaseSync } from 'node:sqlite'
import { type EventRecord, logStart } from '../../../events/event-log.ts'
import { type EventRow, eventOf, toEventRecord, toEventRow } from '../../../events/event-record.ts'
import type { PhotoRecord } from '../../../photo-catalog.ts'

/** The log of changes; synchronous. `record` and `forget` run inside a transaction. */
export function prepareEvents(database: DatabaseSync) {
  const recording = database.prepare(
    `INSERT INTO events (id, type, photo_id, owner, at, data) VALUES (:id, :type, :photoId, :owner, :at, :data)`,
  )
  const locating = database.prepare('SELECT seq FROM events WHERE id = ?')
  const oldest = database.prepare('SELECT seq FROM events ORDER BY seq LIMIT 1')
  const newest = database.prepare('SELECT id FROM events ORDER BY seq DESC LIMIT 1')
  const listing = database.prepare(
    'SELECT id, type, at, photo_id AS photoId, data FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
  )
  const forgetting = database.prepare(
    'DELETE FROM events WHERE at < ? AND seq < (SELECT max(seq) FROM events)',
  )

  /** The first event that was ever recorded has the number 1. */
  function locate(id: string): number | undefined {
    if (id !== logStart) return locating.get(id)?.seq as number | undefined
    return Number(oldest.get()?.seq ?? 1) === 1 ? 0 : undefined
  }

  return {
    record(before: PhotoRecord | undefined, after: PhotoRecord | undefined): void {
      const { id, type, at, photoId, owner, data } = toEventRow(eventOf(before, after))
      recording.run({ id, type, at, photoId, owner, data })
    },
    list({ after, limit }: { readonly after: string; readonly limit: number }): EventRecord[] | undefined {
      const seq = locate(after)
      if (seq === undefined) return undefined
      return listing.all(seq, limit).map((row) => toEventRecord(row as unknown as EventRow))
    },
    newest: () => String(newest.get()?.id ?? logStart),
    forget(before: string): void {
      forgetting.run(before)
    },
  }
}
