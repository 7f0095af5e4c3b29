import { randomUUID } from 'node:crypto'
import type { PhotoId } from '@tintype/contract'
import type { PhotoRecord } from '../photo-catalog.ts'
import type { EventRecord } from './event-log.ts'

/** A row of the log. `data` is JSON. */
export interface EventRow extends Pick<EventRecord, 'id' | 'type' | 'at' | 'photoId'> {
  readonly owner: string | null
  readonly data: string
}

/** The event of a change, which happens now: from one photo to another, `undefined` if there is none. */
export function eventOf(before: PhotoRecord | undefined, after: PhotoRecord | undefined): EventRecord {
  const type =
    before === undefined ? 'photo.created' : after === undefined ? 'photo.deleted' : 'photo.updated'
  return {
    id: randomUUID(),
    type,
    at: new Date().toISOString(),
    photoId: (after ?? before)?.id as PhotoId,
    photo: after ?? null,
    previous: before === undefined ? null : { owner: before.owner, visibility: before.visibility },
  }
}

/** A row to insert. */
export function toEventRow({ id, type, at, photoId, photo, previous }: EventRecord): EventRow {
  const { owner } = photo ?? previous ?? { owner: null }
  return { id, type, at, photoId, owner, data: JSON.stringify({ photo, previous }) }
}

/** The event of a row. */
export function toEventRecord({ id, type, at, photoId, data }: Omit<EventRow, 'owner'>): EventRecord {
  const { photo, previous } = JSON.parse(data) as Pick<EventRecord, 'photo' | 'previous'>
  return { id, type, at, photoId, photo, previous }
}
