import { type EventLog, type EventRecord, logStart } from '../../../events/event-log.ts'
import { type EventRow, eventOf, toEventRecord, toEventRow } from '../../../events/event-record.ts'
import type { PhotoRecord } from '../../../photo-catalog.ts'
import type { Parameters } from '../bind-parameters.ts'
import type { Database, Session } from '../database.ts'

const recording = `
  INSERT INTO tintype.events (id, type, photo_id, owner, at, data)
  SELECT * FROM unnest(:ids::text[], :types::text[], :photoIds::uuid[], :owners::text[], :times::text[], :data::text[])`

/** Only what no transaction can still come before. */
const isSettled = 'xact < pg_snapshot_xmin(pg_current_snapshot())'

const locating = 'SELECT xact::text AS xact, seq FROM tintype.events WHERE id = :after'
const oldest = 'SELECT min(seq) AS seq FROM tintype.events'
const newest = `SELECT id FROM tintype.events WHERE ${isSettled} ORDER BY xact DESC, seq DESC LIMIT 1`
const listing = `
  SELECT id, type, at, photo_id AS "photoId", data FROM tintype.events
  WHERE (xact, seq) > (:xact::text::xid8, :seq::bigint) AND ${isSettled} ORDER BY xact, seq LIMIT :limit`

/** Keeps the newest. A dump that was restored to another server has numbers of transactions that are still to come here. */
const forgetting = `
  DELETE FROM tintype.events WHERE xact >= pg_snapshot_xmax(pg_current_snapshot())
    OR (at < :before AND seq <> (SELECT seq FROM tintype.events ORDER BY xact DESC, seq DESC LIMIT 1))`

/** A change of one photo: before, after; `undefined` if there is none. */
export type PhotoChange = readonly [before: PhotoRecord | undefined, after: PhotoRecord | undefined]

/** The parameters of `recording`. */
export function toEventParameters(changes: readonly PhotoChange[]): Parameters {
  const rows = changes.map(([before, after]) => toEventRow(eventOf(before, after)))
  return {
    ids: rows.map(({ id }) => id),
    types: rows.map(({ type }) => type),
    photoIds: rows.map(({ photoId }) => photoId),
    owners: rows.map(({ owner }) => owner),
    times: rows.map(({ at }) => at),
    data: rows.map(({ data }) => data),
  }
}

/** Records changes in the session's transaction. */
export async function recordChanges(session: Session, ...changes: readonly PhotoChange[]): Promise<void> {
  await session.query(recording, toEventParameters(changes))
}

/** The log of changes. */
export function createEvents(database: Database): EventLog {
  return {
    listEvents: ({ after, limit }) =>
      database.repeat(async (session): Promise<EventRecord[] | undefined> => {
        const position = await locate(session, after)
        if (position === undefined) return undefined
        const rows = await session.query<EventRow>(listing, { ...position, limit })
        return rows.map(toEventRecord)
      }),
    findNewestEvent: () =>
      database.repeat(async (session) => {
        const [row] = await session.query<{ readonly id: string }>(newest)
        return row?.id ?? logStart
      }),
    async forgetEvents(before) {
      await database.repeat((session) => session.query(forgetting, { before }))
    },
  }
}

interface Position {
  readonly xact: string
  readonly seq: number
}

/** The first event that was ever recorded has the number 1. */
async function locate(session: Session, after: string): Promise<Position | undefined> {
  if (after !== logStart) return (await session.query<Position>(locating, { after }))[0]
  const [row] = await session.query<{ readonly seq: number | null }>(oldest)
  return (row?.seq ?? 1) === 1 ? { xact: '0', seq: 0 } : undefined
}
