import type { PhotoId, Visibility } from '@tintype/contract'
import type { PhotoRecord } from '../photo-catalog.ts'

/** Who could see a photo before a change. */
export interface PreviousAccess {
  readonly owner: string | null
  readonly visibility: Visibility
}

/** A change of a photo, recorded in the transaction that made it. */
export interface EventRecord {
  /** UUID. Also the event's position in the log. */
  readonly id: string
  readonly type: 'photo.created' | 'photo.updated' | 'photo.deleted'
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string
  readonly photoId: PhotoId
  /** The photo after the change; `null` if it was deleted. */
  readonly photo: PhotoRecord | null
  /** `null` if the photo was created. */
  readonly previous: PreviousAccess | null
}

/** The position before the first event that was ever recorded. */
export const logStart = 'start'

/** The log of changes. Each write of a photo records what it changes: created, updated (also moved) or deleted. */
export interface EventLog {
  /**
   * Events after the one with this id, or after `logStart`, oldest first, at most `limit`. In one order for every reader: an
   * event is never inserted before one that was read. `undefined` if there is no such event, or no longer.
   */
  listEvents(query: {
    readonly after: string
    readonly limit: number
  }): Promise<readonly EventRecord[] | undefined>

  /** The id of the newest event; `logStart` if there was never one. */
  findNewestEvent(): Promise<string>

  /** Forgets events older than this time, ISO 8601. Keeps the newest one, so that readers keep their position. */
  forgetEvents(before: string): Promise<void>
}
